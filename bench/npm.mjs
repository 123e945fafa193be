/** What a bundler gets for `import { load } from 'leaveword/widget'`: the same parts as the tag's, as modules with types. Node 20. */
import { readFileSync } from 'node:fs';
import path from 'node:path';

const TYPES = `export type * from './leaveword.js';
import type { Options } from './leaveword.js';
/**
 * Draws the button and defines \`window.leaveword\`. Only one can be there at a time; on a server it does nothing.
 * @returns its undo: button, panel, connection and \`window.leaveword\` go; what is on disk stays (see \`shutdown\`).
 */
export declare function load(options: Options): () => void;
`;

/** @param widget the settings that the tag's own files are built with */
export async function buildNpm(esbuild, widget, files) {
  const { outputFiles } = await esbuild.build({
    ...widget, entryPoints: ['widget/index.ts'], outdir: 'dist/npm', entryNames: '[name]', chunkNames: '[name]-[hash]', format: 'esm', splitting: true,
  });
  const dist = path.join(widget.absWorkingDir, 'dist');
  for (const file of outputFiles) files.set(path.relative(dist, file.path).split(path.sep).join('/'), file.contents);
  files.set('npm/index.d.ts', Buffer.from(TYPES));
  // It holds types and nothing else, so it is its own declaration.
  files.set('npm/leaveword.d.ts', readFileSync(path.join(widget.absWorkingDir, 'widget/leaveword.ts')));
}
