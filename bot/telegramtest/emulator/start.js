// Starts the emulator on a loopback port given by the environment.
const TelegramServer = require('telegram-test-api');
const server = new TelegramServer({
  port: Number(process.env.EMULATOR_PORT),
  host: '127.0.0.1',
  storeTimeout: 600,
});
server.start().then(() => console.log('ready'));
