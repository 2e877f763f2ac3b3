// @slack/web-api against the workspace; prints what came of it as one JSON line.
const { WebClient, ErrorCode } = require('@slack/web-api');

const client = new WebClient(process.env.BOT_TOKEN, {
  slackApiUrl: process.env.SLACK_API_URL, retryConfig: { retries: 2, minTimeout: 10, maxTimeout: 20 },
});

(async () => {
  const me = await client.auth.test();
  const posted = await client.chat.postMessage({ channel: 'C0SUPPORT', text: 'hello' });
  await client.chat.update({ channel: 'C0SUPPORT', ts: posted.ts, text: 'bye' });
  await client.files.uploadV2({ channel_id: 'C0SUPPORT', filename: 'a.txt', content: 'bytes' });
  const members = [];
  for await (const page of client.paginate('users.list', { limit: 2 })) members.push(...page.members.map((each) => each.id));
  let refusal;
  try {
    await client.chat.postMessage({ channel: 'C0SUPPORT', text: 'x', blocks: [{ type: 'nope' }] });
  } catch (error) {
    refusal = { platform: error.code === ErrorCode.PlatformError, error: error.data.error, why: error.data.response_metadata.messages };
  }
  process.stdout.write(`${JSON.stringify({ user: me.user_id, members, refusal })}\n`);
})();
