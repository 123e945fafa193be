/** Carries a brand between a house and a file, a page at a time. The file is on the operator's side, wherever the house is. */
import type { Ask } from './admin-ask.ts';
import { Problem } from './errand.ts';
import { checkBrandFile, pagesOf, writeBrandFile } from './hosts/node-brand-file.ts';
import type { Bookmark, Page } from './moving.ts';

/** The brand stays sealed: from now on its life goes on where it is imported. @param at of a deployment, for the words that come next */
export async function exportBrand(ask: Ask, brand: string, file: string, at?: string): Promise<string> {
  const there = at ? ` --at ${at}` : '';
  let isSealed = false;
  const rows = await writeBrandFile(file, packed(ask, brand, () => { isSealed = true; }), rowsIn).catch((error: Error) => {
    throw isSealed && error instanceof Problem
      ? new Problem(`${error.message}\n"${brand}" may be sealed, and answers nobody then: export it again, or open it again with admin unseal ${brand}${there}`) : error;
  });
  return [
    `All of "${brand}" is in ${file} (${rows} rows). Here it is sealed, and answers nobody: whoever comes is asked to come again.`,
    `  Next, where it shall live:   admin import ${brand} ${file}`,
    `  When that is done, here:     admin brand remove ${brand}${there}`,
    '                               and delete the file: all that was ever said is in it',
    `  Or, to stay here after all:  admin unseal ${brand}${there}`,
  ].join('\n');
}

async function* packed(ask: Ask, brand: string, onSeal: () => void): AsyncGenerator<string> {
  const header = await ask('seal', brand);
  onSeal();
  yield header;
  let mark: Bookmark | undefined;
  for (;;) {
    const said = await ask('pack', brand, mark ? JSON.stringify(mark) : '');
    if (!said) return;
    const { mark: next, ...page } = JSON.parse(said) as Page & { mark: Bookmark };
    mark = next;
    yield JSON.stringify(page);
  }
}

const rowsIn = (line: string): number => (JSON.parse(line) as Partial<Page>).rows?.length ?? 0;

/** The whole file is checked before anything is asked; whatever cuts it off later, it can be begun again. */
export async function importBrand(ask: Ask, brand: string, file: string): Promise<string> {
  const { header, rows } = await checkBrandFile(file);
  await ask('arrive', brand, header);
  for await (const page of pagesOf(file)) await ask('unpack', brand, page);
  await ask('settle', brand, String(rows));
  return `"${brand}" lives here now (${rows} rows). Its clients notice, and send what is still in their outboxes.`;
}
