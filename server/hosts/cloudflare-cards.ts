/**
 * Cards of brands, kept where they are asked for: a page view must not wake anybody. What is kept is the same for whoever
 * asks; which pages may read it is said anew each time.
 */
import { waitUntil } from 'cloudflare:workers';

/** Of the object's answer: the rest depends on who asks. */
const KEPT = ['content-type', 'cache-control'];

export async function keptCard(key: string): Promise<Response | undefined> {
  const kept = await caches.default.match(key);
  return kept && new Response(await kept.text(), { headers: keptHeaders(kept) });
}

/** For as long as the card itself says. @returns the same answer, unread */
export function keepCard(key: string, answer: Response): Response {
  if (answer.status !== 200) return answer;
  const copy = answer.clone();
  waitUntil(copy.text().then((body) => caches.default.put(key, new Response(body, { headers: keptHeaders(answer) }))));
  return answer;
}

const keptHeaders = ({ headers }: Response): [string, string][] => KEPT.map((name) => [name, headers.get(name) ?? '']);
