// tsc copies no files of its own: bring the templates and the SQL beside the compiled code.
import { cpSync, rmSync } from 'node:fs';

const assets = /\.(mjml|hbs|css|sql|svg)$/;
// Every file in it is run, so none of an earlier build may stay.
rmSync('dist/src/store/migrations', { recursive: true, force: true });
for (const room of ['src', 'sandbox']) {
  cpSync(room, `dist/${room}`, {
    recursive: true,
    filter: (path) => assets.test(path) || !/\.[^/]+$/.test(path),
  });
}
