"""A local SocialBoards."""
