// tsc copies no files of its own: bring the templates and the SQL beside the compiled code.
import { cpSync } from 'node:fs';

const assets = /\.(mjml|hbs|css|sql|svg)$/;
for (const room of ['src', 'sandbox']) {
  cpSync(room, `dist/${room}`, {
    recursive: true,
    filter: (path) => assets.test(path) || !/\.[^/]+$/.test(path),
  });
}
