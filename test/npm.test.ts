import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { afterAll, describe, expect, it } from 'vitest';
import { cleanUp, makeBrand, openBrowser, openShopPage, startServer, tempDir, until } from './browser.ts';

const ROOT = path.join(import.meta.dirname, '..');
const HERE = path.join(ROOT, 'test', '.artifacts', 'npm');

afterAll(cleanUp);

describe('the entry for bundlers', () => {
  it('is harmless on a server', () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', `
      import { load } from 'leaveword/widget';
      const undo = load({ brand: 'acme', server: 'https://chat.example' });
      undo();
      console.log(typeof undo, Object.keys(globalThis).includes('leaveword'));`], { cwd: ROOT, encoding: 'utf8' });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: 'function false\n', stderr: '' });
  });

  it('has types that let through what is right and name what is wrong', () => {
    mkdirSync(HERE, { recursive: true });
    const check = (code: string) => {
      writeFileSync(path.join(HERE, 'shop.ts'), code);
      writeFileSync(path.join(HERE, 'tsconfig.json'), JSON.stringify({
        compilerOptions: { module: 'nodenext', target: 'es2022', lib: ['es2022', 'dom'], strict: true, noEmit: true, types: [] }, files: ['shop.ts'],
      }));
      const { stdout } = spawnSync(process.execPath, [path.join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', HERE], { encoding: 'utf8' });
      return stdout;
    };
    const right = `import { load } from 'leaveword/widget';
      const undo: () => void = load({ brand: 'acme', server: 'https://chat.example', position: 'left' });
      window.leaveword('on', 'unread', (count) => count.toFixed());
      window.leaveword('identify', { jwt: 'x' });
      undo();`;
    expect(check(right)).toBe('');
    expect(check(right.replace("brand: 'acme', ", ''))).toContain("'brand' is missing");
    expect(check(right.replace("'unread'", "'unraed'"))).toContain('error TS');
  });

  it('does in a bundle what the tag does, and its undo takes it away', async () => {
    const dataDir = await tempDir('npm');
    const shop = await openShopPage(() => '');
    await makeBrand({ dataDir, brand: 'acme', url: 'http://localhost', settings: { origins: [shop.origin], name: 'Acme' } });
    const server = await startServer({ dataDir });
    const { outputFiles } = await build({
      stdin: { contents: `import { load } from 'leaveword/widget'; window.undo = load({ brand: 'acme', server: '${server.url}' });`, resolveDir: ROOT },
      bundle: true, write: false, format: 'iife', minify: true,
    });
    shop.html = `<script>${outputFiles[0]!.text.replaceAll('</script', '<\\/script')}</script>`;
    const browser = await openBrowser({ profile: await tempDir('profile') });
    const page = await browser.newPage();
    await page.goto(shop.origin);
    await page.getByRole('button', { name: 'Open chat' }).click();
    const field = page.getByRole('textbox', { name: 'Write a message' });
    await field.fill('from a bundle');
    await field.press('Enter');
    await until(async () => (await page.locator('leave-word .c.own.sent, leave-word .c.own.delivered').count()) > 0, 'the message to be sent');
    await page.evaluate(() => (window as unknown as { undo(): void }).undo());
    expect(await page.locator('leave-word').count()).toBe(0);
    expect(await page.evaluate(() => 'leaveword' in window)).toBe(false);
  });
});
