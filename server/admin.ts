/** `npm run admin -- <verb>`: what an operator does with the data of a server that runs, or does not. */
import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Ask, withDeployment, withFolder } from './admin-ask.ts';
import { exportBrand, importBrand } from './admin-carry.ts';
import { BadConfig, type Config, readConfig } from './config.ts';
import { backUp, CannotCopy, putBack } from './hosts/node-backup.ts';
import { Problem } from './errand.ts';
import { holdDataDir } from './hosts/node-lock.ts';
import { BRAND_ID, NodeHouse } from './hosts/node.ts';
import { hex } from './doors/secrets.ts';

const HELP = `npm run admin -- <verb>

  brand create <id> [--name "Acme"] [--origin https://shop.example]…   a new brand, and where its widget may stand
  brand list
  brand remove <id>                    for ever; only one that was exported
  settings <brand> [--set '{…}']       all of them; with --set those are changed
  team <brand>                         who is of it
  invite <brand> <email> [--owner]     a link that opens once; for somebody of the team, a new password
  export-visitor <brand> <id or email> all that is hers, as JSON
  erase <brand> <visitor id or email>  for ever
  export <brand> <file>                the whole brand, to move it to another host; here it is sealed
  import <brand> <file>                it lives here now
  unseal <brand>                       it stays here after all
  backup <brand or --all> <folder>     while the server runs
  restore <brand> <file>               while it does not; --without-erasures where nobody can know who was erased since

It works on the data in DATA_DIR (now: ./data), and makes links with PUBLIC_URL. With --at https://chat.example and the
deployment's token in ADMIN_TOKEN it works on Leaveword at the edge (all but backup and restore); there, --jurisdiction eu
with brand create and import keeps a brand's data in the European Union.`;

const OPTIONS = {
  name: { type: 'string' }, origin: { type: 'string', multiple: true }, owner: { type: 'boolean' }, set: { type: 'string' }, all: { type: 'boolean' },
  'without-erasures': { type: 'boolean' },
  at: { type: 'string' }, jurisdiction: { type: 'string' }, help: { type: 'boolean' },
} as const;
/** Options of what is asked of a house, wherever it is. */
const FAR = ['at'];
/** For each verb its words, and the options it takes. */
const FORMS: Record<string, { words: string[]; options: string[] }> = {
  'brand create': { words: ['id'], options: ['name', 'origin', 'jurisdiction', ...FAR] },
  'brand list': { words: [], options: FAR },
  'brand remove': { words: ['id'], options: FAR },
  settings: { words: ['brand'], options: ['set', ...FAR] },
  team: { words: ['brand'], options: FAR },
  invite: { words: ['brand', 'email'], options: ['owner', ...FAR] },
  'export-visitor': { words: ['brand', 'visitor'], options: FAR },
  erase: { words: ['brand', 'visitor'], options: FAR },
  export: { words: ['brand', 'file'], options: FAR },
  import: { words: ['brand', 'file'], options: ['jurisdiction', ...FAR] },
  unseal: { words: ['brand'], options: FAR },
  backup: { words: ['brand', 'folder'], options: [] },
  'backup --all': { words: ['folder'], options: ['all'] },
  restore: { words: ['brand', 'file'], options: ['without-erasures'] },
};

async function command(argv: string[]): Promise<string> {
  const { verb, words, values } = read(argv);
  if (verb === 'help') return HELP;
  const config = readConfig(process.env);
  const { at, jurisdiction } = values;
  if (jurisdiction !== undefined && !at) throw new Problem('--jurisdiction is for a deployment at the edge: say which, with --at');
  switch (verb) {
    case 'backup': return backUpBrands(config, [words[0]!], words[1]!);
    case 'backup --all': return backUpBrands(config, undefined, words[0]!);
    case 'restore': return restore(config, words[0]!, words[1]!, values['without-erasures']);
    default: {
      const work = (ask: Ask) => carryOut(ask, verb, words, values);
      return at ? withDeployment(at, process.env['ADMIN_TOKEN'], jurisdiction, work) : withFolder(config, work);
    }
  }
}

async function carryOut(ask: Ask, verb: string, words: string[], { name = '', origin = [], owner, set = '', at }: Values): Promise<string> {
  switch (verb) {
    case 'brand create': return ask(verb, words[0]!, name, ...origin);
    case 'settings': return ask(verb, words[0]!, set);
    case 'invite': return ask(verb, ...words, owner ? 'owner' : 'agent');
    case 'export': return exportBrand(ask, words[0]!, resolve(words[1]!), at);
    case 'import': return importBrand(ask, words[0]!, resolve(words[1]!));
    default: return ask(verb, ...words);
  }
}

function read(argv: string[]) {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(argv);
  } catch (error) {
    // What `parseArgs` throws is about an option, and says which.
    if (!String((error as NodeJS.ErrnoException).code).startsWith('ERR_PARSE_ARGS')) throw error;
    throw new Problem(`${(error as Error).message}\n\n${HELP}`);
  }
  const { values, positionals } = parsed;
  const [first = 'help', second] = positionals;
  if (values.help || first === 'help') return { verb: 'help', words: [], values };
  const verb = first === 'brand' ? `brand ${second ?? ''}`.trim() : first === 'backup' && values.all ? 'backup --all' : first;
  const form = Object.hasOwn(FORMS, verb) ? FORMS[verb] : undefined;
  if (!form) throw new Problem(`There is no verb "${verb}".\n\n${HELP}`);
  const words = positionals.slice(first === 'brand' ? 2 : 1);
  const missing = form.words[words.length];
  if (missing) throw new Problem(`"${verb}" needs <${form.words.join('> <')}>: <${missing}> is missing`);
  if (words.length > form.words.length) throw new Problem(`"${verb}" takes <${form.words.join('> <')}>: "${words[form.words.length]}" is one too many`);
  const stray = Object.keys(values).find((option) => !form.options.includes(option));
  if (stray) throw new Problem(`"${verb}" takes no --${stray}`);
  for (const [at, name] of form.words.entries()) {
    if ((name === 'brand' || name === 'id') && !BRAND_ID.test(words[at]!)) throw new Problem(`"${words[at]}" cannot be a brand: use 1 to 40 small letters, digits and dashes`);
  }
  return { verb, words, values };
}
const parse = (argv: string[]) => parseArgs({ args: argv, allowPositionals: true, options: OPTIONS });
type Values = ReturnType<typeof parse>['values'];

const fileOf = (dataDir: string, brand: string): string => join(dataDir, 'brands', `${brand}.sqlite`);

async function backUpBrands({ dataDir, url }: Config, wanted: string[] | undefined, dir: string): Promise<string> {
  const brands = await new NodeHouse({ dataDir, assetDir: '', url }).brands();
  const missing = wanted?.find((brand) => !brands.includes(brand));
  if (missing) throw new Problem(`there is no brand "${missing}" in ${dataDir}`);
  if (!existsSync(dir)) mkdirSync(dir, { recursive: true, mode: 0o700 });
  const copies: string[] = [];
  for (const brand of wanted ?? brands) copies.push(await backUp(fileOf(dataDir, brand), brand, dir, new Date()));
  return copies.join('\n') || 'no brands yet, so nothing to copy';
}

async function restore({ dataDir }: Config, brand: string, file: string, withoutErasures?: boolean): Promise<string> {
  const hold = holdDataDir(dataDir);
  if (!hold) throw new Problem(`A server is using ${dataDir}. Stop it, restore, and start it again.`);
  try {
    const epoch = hex(crypto.getRandomValues(new Uint8Array(12)));
    const { before, knowsErased } = await putBack(fileOf(dataDir, brand), resolve(file), new Date(), epoch, withoutErasures);
    return [
      `Brand "${brand}" is as it was when ${file} was made. Everybody has to sign in again.`,
      knowsErased ? 'Whoever was erased since then stays erased.' : 'Nobody knows who was erased since then: they are back. Erase them again.',
      ...(before ? [`What was there before is in ${before}: delete it when you are sure.`] : []),
    ].join('\n');
  } finally {
    hold.release();
  }
}

command(process.argv.slice(2)).then((said) => console.log(said), (error: Error) => {
  const known = [Problem, CannotCopy, BadConfig].some((kind) => error instanceof kind);
  console.error(known ? error.message : error);
  process.exitCode = 1;
});
