import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { headersOf } from './http.ts';
import { json, type Place, SHOP } from './talk.ts';
import type { Truths } from './truths.ts';

const DIST = fileURLToPath(new URL('../../dist/', import.meta.url));
const FOR_EVER = 'public, max-age=31536000, immutable';
const ALWAYS = { 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', 'x-frame-options': 'DENY', 'set-cookie': null };
const NOTHING = "default-src 'none'; frame-ancestors 'none'";
/** Old builds may lie beside the last one: some of each kind will do. */
const FILES_MOST = 8;
const named = (dir: string, ending: string) => readdirSync(`${DIST}${dir}`).filter((name) => name.endsWith(ending)).slice(0, FILES_MOST);

/** What is served beside the protocol: the widget's files and the inbox. Needs `dist/`. */
export function site(at: () => Place, truths: Truths): void {
  describe('the files', () => {
    /** @param file what it is in `dist` */
    const expectFile = async (path: string, wanted: Record<string, string | null>, file = path) => {
      const response = await at().ask(path, { headers: { origin: SHOP } });
      expect([path, response.status, headersOf(response, { ...ALWAYS, ...wanted })]).toEqual([path, 200, { ...ALWAYS, ...wanted }]);
      expect(await response.text() === readFileSync(`${DIST}${file}`, 'utf8'), `${path} as it was built`).toBe(true);
      expect(response.headers.get('strict-transport-security'), `${path}: heeded by browsers over https alone`).toBe(truths.files === 'sent by us' || file.endsWith('.html') ? null : 'max-age=31536000');
      return response;
    };

    test('the loader: any page may have it, for minutes, and for a month while we are down', async () => {
      const response = await expectFile('/widget.js', {
        'content-type': 'text/javascript; charset=utf-8', 'cache-control': 'public, max-age=300, stale-while-revalidate=2592000',
        'access-control-allow-origin': '*', 'cross-origin-resource-policy': 'cross-origin', 'content-security-policy': NOTHING,
      });
      expect(response.headers.get('vary')).toMatch(/\bAccept-Encoding\b/i);
    });

    test('the files of the widget: any page may have it, for ever', async () => {
      const files = named('w', '.js');
      expect(files.length).toBeGreaterThan(0);
      for (const name of files) {
        await expectFile(`/w/${name}`, {
          'content-type': 'text/javascript; charset=utf-8', 'cache-control': FOR_EVER, 'access-control-allow-origin': '*', 'cross-origin-resource-policy': 'cross-origin', 'content-security-policy': NOTHING,
        });
      }
    });

    test('the files of the inbox: our own page alone, for ever', async () => {
      const files = [...named('inbox/assets', '.js'), ...named('inbox/assets', '.css')];
      expect(files.length).toBeGreaterThan(1);
      for (const name of files) {
        const type = name.endsWith('.js') ? 'text/javascript; charset=utf-8' : 'text/css; charset=utf-8';
        await expectFile(`/inbox/assets/${name}`, { 'content-type': type, 'cache-control': FOR_EVER, 'access-control-allow-origin': null, 'cross-origin-resource-policy': 'same-origin' });
      }
    });

    test('the inbox: looked at anew each time, in no frame, with scripts of its own alone', async () => {
      const policy = [
        "default-src 'none'", "script-src 'self'", "style-src 'self'", `connect-src 'self' ${at().served.url.replace('http', 'ws')}`, "img-src 'self' blob: data:", "media-src 'self' blob:",
        "font-src 'self'", "manifest-src 'self'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'", "require-trusted-types-for 'script'", "trusted-types 'none'",
      ].join('; ');
      for (const path of [`/inbox/${at().brand}`, `/inbox/${at().brand}/`, `/inbox/${at().brand}/t/0199d7f0-6a3e`]) {
        await expectFile(path, {
          'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache', 'content-security-policy': policy, 'cross-origin-resource-policy': 'same-origin', 'cross-origin-opener-policy': 'same-origin',
          'access-control-allow-origin': null, 'permissions-policy': 'accelerometer=(), camera=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), payment=(), usb=()',
        }, 'inbox/index.html');
      }
    });

    test('they are read and nothing else', async () => {
      const [file] = named('w', '.js');
      for (const path of ['/widget.js', `/w/${file}`, `/inbox/${at().brand}`]) {
        const head = await at().ask(path, { method: 'HEAD' });
        expect([path, head.status, await head.text()]).toEqual([path, 200, '']);
        for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
          const refused = truths.files === 'sent by the platform' && !path.startsWith('/inbox') ? 405 : 404;
          expect([method, path, (await at().ask(path, { method })).status]).toEqual([method, path, refused]);
        }
      }
    });

    test('another spelling of an address leads to the same file or to none, and never away from here', async () => {
      for (const path of ['//widget.js', '/%77idget.js', '/w/%2e%2e/widget.js', '//evil.example/widget.js', '/\\evil.example/widget.js']) {
        const response = await at().ask(path);
        const location = response.headers.get('location');
        if (truths.files === 'sent by us') expect([path, location]).toEqual([path, null]);
        expect([path, location === null || /^\/[^/\\]/.test(location)]).toEqual([path, true]);
        expect([200, 307, 404]).toContain(response.status);
      }
    });

    test('what is not there, is no file of ours, or would climb out, is 404 and leads nowhere', async () => {
      const paths = [
        '/w/', '/w', '/w/nothing-abcdef12.js', '/w/loader.js', '/w/..%2fwidget.js', '/w/%2e%2e/widget.js.br', '/widget.js.br', '/widget.js/', '/widget.js.map', '/inbox', '/inbox/', '/inbox/nobody', '/inbox/assets/', '/inbox/index.html',
        `/inbox/${at().brand}/..%2f..%2fpackage.json`, `/inbox/${at().brand}/%00`, '/dist/widget.js', '/npm/index.js', '/index.html', ...named('w', '.br').map((name) => `/w/${name}`).slice(0, 1),
      ];
      for (const path of paths) {
        const response = await at().ask(path);
        expect([path, response.status, response.headers.get('location'), response.headers.get('cache-control'), (await json(response)).error.code]).toEqual([path, 404, null, 'no-store', 'not_found']);
      }
    });

    test('the server says that it lives and is ready to everybody, and its figures to nobody who comes through a proxy', async () => {
      for (const [path, body] of [['/livez', { live: true }], ['/readyz', { ready: true }]] as const) {
        const response = await at().ask(path);
        expect([path, response.status, response.headers.get('cache-control'), await json(response)]).toEqual([path, 200, 'no-store', body]);
      }
      expect((await at().ask('/metrics')).status).toBe(401);
    });
  });
}
