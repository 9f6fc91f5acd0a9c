import { readFileSync } from 'node:fs';
// The toolkit reads the event while it is imported, and throws where it is broken. Nothing here needs what it tells.
try {
    JSON.parse(readFileSync(process.env.GITHUB_EVENT_PATH ?? '', 'utf8'));
}
catch {
    delete process.env.GITHUB_EVENT_PATH;
}
