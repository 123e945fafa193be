/** Words the team says often: everybody's to use, and to better. */
import { ID } from '../../protocol/parse.ts';
import { exactly, list, matching, optional, type Shape, text } from '../../protocol/shape.ts';
import { retellBrand } from '../brand-row.ts';
import { type Canned, cannedOf, keepCanned, tagOf } from '../canned.ts';
import type { BodyRule } from './body.ts';
import type { Call } from './door.ts';
import { badRequest, TurnedAway } from './turned-away.ts';

const CANNED_MOST = 500;
const NAME_CHARS = 60;
const BODY_CHARS = 5_000;
/** Of all together: an inbox has them all at hand. */
const CHARS_MOST = 400_000;

const canned = exactly({ id: matching(ID, 'an id'), name: text(NAME_CHARS, 1), body: text(BODY_CHARS, 1) }) as Shape<Canned>;
interface NewCanned { canned: Canned[]; /** What they were made from: had somebody else saved since, nothing is changed. */ tag?: string }
export const NEW_CANNED: BodyRule<NewCanned> = {
  shape: exactly({ canned: list(canned, CANNED_MOST), tag: optional(text(20)) }) as Shape<NewCanned>,
  // Four bytes a character, and what stands around them.
  bytes: 2_000_000, keys: CANNED_MOST * 3 + 2, type: 'json',
};

export async function getCanned({ owner }: Call): Promise<object> {
  return owner.run((brand) => say(cannedOf(brand)));
}

export async function putCanned({ owner, agent, body }: Call<NewCanned>): Promise<object> {
  const wellFormed = body.canned.map(({ id, name, body: words }) => ({ id, name: name.toWellFormed(), body: words.toWellFormed() }));
  if (new Set(wellFormed.map(({ id }) => id)).size < wellFormed.length) throw badRequest('canned: each id must stand once');
  if (wellFormed.reduce((sum, { body: words }) => sum + words.length, 0) > CHARS_MOST) throw badRequest(`canned: at most ${CHARS_MOST} characters in all`);
  return owner.run((brand) => {
    const before = tagOf(cannedOf(brand));
    if (body.tag !== undefined && body.tag !== before) throw new TurnedAway(409, 'conflict', 'somebody else has saved since: fetch them, and say yours again');
    return brand.write((change) => {
      keepCanned(brand, agent.agent, wellFormed);
      const now = cannedOf(brand);
      if (tagOf(now) !== before) retellBrand(brand, change, tagOf(now));
      return say(now);
    });
  });
}

const say = (all: Canned[]): object => ({ canned: all, tag: tagOf(all) });
