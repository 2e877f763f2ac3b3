// Bare Bolt for JavaScript, as its documentation shows it: it acknowledges and records nothing.
const { App } = require('@slack/bolt');

const port = Number(process.argv[2]);
const app = new App({
  signingSecret: process.argv[3],
  authorize: async () => ({ botToken: 'xoxb-peer', botId: 'B1', botUserId: 'U1' }),
});
app.command('/ticket', async ({ ack }) => { await ack('Hello!'); });
app.start({ port, host: '127.0.0.1' }).then(() => console.log(`listening on http://127.0.0.1:${port}`));
