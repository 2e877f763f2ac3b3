// A small app on @slack/bolt, over HTTP or Socket Mode. It prints "ready" once it can be used.
const { App, HTTPReceiver, LogLevel } = require('@slack/bolt');

const { SLACK_API_URL, BOT_TOKEN, APP_TOKEN, SIGNING_SECRET, SOCKET, PORT } = process.env;
const text = (value) => ({ type: 'plain_text', text: value });
const option = { text: text('Jo'), value: '1' };
const card = [{
  type: 'actions',
  block_id: 'card',
  elements: [{ type: 'button', action_id: 'close', value: '7', text: text('Close') }],
}];
const form = {
  type: 'modal',
  callback_id: 'form',
  title: text('New ticket'),
  submit: text('Create'),
  blocks: [
    { type: 'input', block_id: 'subject', label: text('Subject'), element: { type: 'plain_text_input', action_id: 'text' } },
    {
      type: 'input',
      block_id: 'customer',
      optional: true,
      label: text('Customer'),
      element: { type: 'external_select', action_id: 'search', min_query_length: 1 },
    },
  ],
};

const receiver = SOCKET ? undefined : new HTTPReceiver({ signingSecret: SIGNING_SECRET, endpoints: '/slack/events' });
const app = new App({
  token: BOT_TOKEN,
  ...(SOCKET ? { socketMode: true, appToken: APP_TOKEN } : { receiver }),
  clientOptions: { slackApiUrl: SLACK_API_URL },
  logLevel: LogLevel.ERROR,
});

app.command('/ticket', async ({ ack, body, client }) => {
  await client.views.open({ trigger_id: body.trigger_id, view: form });
  await ack();
});
app.options('search', async ({ ack, payload }) => ack({ options: payload.value === 'j' ? [option] : [] }));
app.view('form', async ({ ack, view, client }) => {
  const value = view.state.values.subject.text.value;
  if (value === 'bad') {
    await ack({ response_action: 'errors', errors: { subject: 'Not like this' } });
    return;
  }
  await ack();
  await client.chat.postMessage({ channel: 'C0SUPPORT', text: value, blocks: card });
});
app.action('close', async ({ ack, respond, action }) => {
  await ack();
  await respond({ text: `closed ${action.value}`, replace_original: true });
});
app.shortcut('from_message', async ({ ack, shortcut, client }) => {
  await ack();
  await client.chat.postMessage({
    channel: shortcut.channel.id, thread_ts: shortcut.message_ts, text: `from ${shortcut.message.text}`,
  });
});
app.event('app_home_opened', async ({ event, client }) => {
  const blocks = [{ type: 'header', text: text('Your tickets') }];
  await client.views.publish({ user_id: event.user, view: { type: 'home', blocks } });
});
app.event('app_mention', async ({ say }) => { await say('you called'); });

(async () => {
  await app.start(Number(PORT));
  process.stdout.write('ready\n');
})();
