/** `npm run admin -- <verb>`: what an operator does with the data of a server that runs, or does not. */
import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Problem, runErrand } from './admin-verbs.ts';
import { BadConfig, type Config, readConfig } from './config.ts';
import { backUp, CannotCopy, putBack } from './hosts/node-backup.ts';
import { type Errand, sendErrand } from './hosts/node-control.ts';
import { type Hold, holdDataDir } from './hosts/node-lock.ts';
import { BRAND_ID, NodeHouse } from './hosts/node.ts';
import { hex } from './doors/secrets.ts';

const HELP = `npm run admin -- <verb>

  brand create <id> [--name "Acme"] [--origin https://shop.example]…   a new brand, and where its widget may stand
  brand list
  invite <brand> <email> [--owner]     a link that opens once; for somebody of the team, a new password
  export <brand> <visitor id or email> all that is hers, as JSON
  erase <brand> <visitor id or email>  for ever
  backup <brand or --all> <folder>     while the server runs
  restore <brand> <file>               while it does not

It works on the data in DATA_DIR (now: ./data), and makes links with PUBLIC_URL.`;

const OPTIONS = { name: { type: 'string' }, origin: { type: 'string', multiple: true }, owner: { type: 'boolean' }, all: { type: 'boolean' }, help: { type: 'boolean' } } as const;
/** For each verb its words, and the options it takes. */
const FORMS: Record<string, { words: string[]; options: string[] }> = {
  'brand create': { words: ['id'], options: ['name', 'origin'] },
  'brand list': { words: [], options: [] },
  invite: { words: ['brand', 'email'], options: ['owner'] },
  export: { words: ['brand', 'visitor'], options: [] },
  erase: { words: ['brand', 'visitor'], options: [] },
  backup: { words: ['brand', 'folder'], options: [] },
  'backup --all': { words: ['folder'], options: ['all'] },
  restore: { words: ['brand', 'file'], options: [] },
};

async function command(argv: string[]): Promise<string> {
  const { verb, words, values } = read(argv);
  if (verb === 'help') return HELP;
  const config = readConfig(process.env);
  switch (verb) {
    case 'brand create': return errand(config, { verb, args: [words[0]!, values.name ?? '', ...(values.origin ?? [])] });
    case 'invite': return errand(config, { verb, args: [...words, values.owner ? 'owner' : 'agent'] });
    case 'backup': return backUpBrands(config, [words[0]!], words[1]!);
    case 'backup --all': return backUpBrands(config, undefined, words[0]!);
    case 'restore': return restore(config, words[0]!, words[1]!);
    default: return errand(config, { verb, args: words });
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

/** By ourselves when nobody else holds the folder; else by whoever does. */
async function errand(config: Config, wanted: Errand): Promise<string> {
  const hold = holdDataDir(config.dataDir);
  const done = hold ? await withHouse(config, hold, (house) => runErrand(house, wanted)) : await sendErrand(config.dataDir, wanted);
  if (!done) throw new Problem(`A server is using ${config.dataDir} and cannot be asked. Stop it, and try again.`);
  if ('problem' in done) throw new Problem(done.problem);
  return done.said;
}

async function withHouse<T>({ dataDir, url }: Config, hold: Hold, work: (house: NodeHouse) => Promise<T>): Promise<T> {
  const house = new NodeHouse({ dataDir, assetDir: '', url, log: () => undefined });
  try {
    return await work(house);
  } finally {
    house.close();
    hold.release();
  }
}

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

async function restore({ dataDir }: Config, brand: string, file: string): Promise<string> {
  const hold = holdDataDir(dataDir);
  if (!hold) throw new Problem(`A server is using ${dataDir}. Stop it, restore, and start it again.`);
  try {
    const epoch = hex(crypto.getRandomValues(new Uint8Array(12)));
    const before = await putBack(fileOf(dataDir, brand), resolve(file), new Date(), epoch);
    return [
      `Brand "${brand}" is as it was when ${file} was made; whoever was erased since then stays erased. Everybody has to sign in again.`,
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
