/**
 * An hour of a brand, as a script: two visitors, one of them in two tabs, two agents, and the strangers who come by. All that
 * a client can do on the wire is done once, and each step waits for its answers, so that the order of what anybody is told is
 * the server's own. The hour is in the script; it takes seconds.
 */
import type { Caller } from './caller.ts';
import { inhabit, PASSWORD, type Served, SHOP } from './hosts.ts';
import { ack, ANN, BEA, BRAND, type Cast, message, nak, refused, say, settle, thread, theVisitor } from './hour-cast.ts';
import { thePartings, tooMuch, whoSheIs } from './hour-later.ts';
import { Stage } from './stage.ts';
import { type Entry, plain, type Transcript } from './transcript.ts';

const PAGE = { url: `${SHOP}/tea/earl-grey`, title: 'Earl Grey', referrer: 'https://search.example/' };
const ALWAYS_CLOSED = { on: true, zone: 'Europe/London', days: [[], [], [], [], [], [], []] };
const SETTINGS = {
  name: 'Kettle & Fern', color: '#2f6b4f', logo: 'KF', greeting: { en: 'Ask us anything about tea.' }, lang: 'en', replyTime: 'hours',
  autoReply: { when: 'away', text: { en: 'Thank you. We will answer right here.', ar: 'شكرًا. سنجيبك هنا.' } },
  hours: { ...ALWAYS_CLOSED, on: false }, origins: [SHOP],
  desk: { slots: 3, queue: 50, fallbackHours: 24, overdueHours: 24, absentMinutes: 5, survey: true },
};

export interface Hour extends Pick<Stage, 'said'> {
  /** What everybody was told, without what is random. */
  told: Transcript;
}

export async function playHour(served: Served): Promise<Hour> {
  const { ownerCookie: owner } = await inhabit(served, BRAND);
  const stage = new Stage(served, BRAND);
  try {
    const { cookie, secret } = await theDoors(stage, owner);
    const { ann, tab } = await theFirstWord(stage);
    const { ada, grace, bea } = await theTeamComes(stage, owner, cookie, ann, tab);
    const cast: Cast = { ann, tab, bea, ada, grace, owner, cookie, secret };
    await theAnswer(cast);
    await theEnd(cast);
    await theDesk(cast);
    await whatStands(cast);
    await theSettings(stage, cast);
    await cutAndBack(stage, cast);
    await withoutALine(stage, cast);
    await tooMuch(stage, cast);
    await whoSheIs(stage, cast);
    await thePartings(stage, cast);
  } finally {
    stage.strike();
  }
  const told = plain({ ...stage.transcript, 'Those who went': stage.went }, served.url);
  // When they are told of is the clock's, and both agents may be.
  told['Those who went'] = [...new Set(told['Those who went']!.map((each) => JSON.stringify(each)))].toSorted().map((each) => JSON.parse(each));
  return { told, said: stage.said };
}

async function theDoors(stage: Stage, owner: string): Promise<{ cookie: string; secret: string }> {
  await stage.ask('anybody', 'GET', 'card?lang=ar', { origin: SHOP });
  await stage.ask('anybody', 'GET', 'card', { origin: '' });
  await stage.ask('anybody', 'GET', 'card?token=x', { origin: SHOP });
  await stage.ask('anybody', 'GET', '/v1/nobody/card', { origin: SHOP });
  await stage.ask('anybody', 'GET', 'visitor', { origin: SHOP });
  await stage.ask('anybody', 'GET', 'nothing', { origin: SHOP });
  await stage.ask('anybody', 'GET', 'desk/me');
  await stage.ask('anybody', 'POST', 'desk/sign-in', { body: { email: 'ada@kettle.example', password: 'a wrong one' } });
  await stage.ask('a page of another site', 'PUT', 'desk/settings', { cookie: owner, origin: 'https://evil.example', body: SETTINGS });
  await stage.ask('Ada', 'PUT', 'desk/settings', { cookie: owner, body: { ...SETTINGS, color: 'green' } });
  await stage.ask('Ada', 'PUT', 'desk/settings', { cookie: owner, body: SETTINGS });
  await stage.ask('Ada', 'GET', 'desk/settings', { cookie: owner });
  const { body: { link } } = await stage.ask('Ada', 'POST', 'desk/invites', { cookie: owner, body: { email: 'grace@kettle.example', role: 'agent' } });
  await stage.ask('Ada', 'GET', 'desk/invites', { cookie: owner });
  const code = String(link).split('#join=')[1]!;
  await stage.ask('Grace', 'POST', 'desk/invited', { body: { code } });
  const joined = await stage.ask('Grace', 'POST', 'desk/join', { body: { code, name: 'Grace', password: PASSWORD } });
  const cookie = String(joined['headers']['set-cookie']).split(';')[0]!;
  await stage.ask('Grace', 'POST', 'desk/join', { body: { code, name: 'Eve', password: PASSWORD } });
  await stage.ask('Grace', 'GET', 'desk/me', { cookie });
  await stage.ask('Grace', 'PUT', 'desk/settings', { cookie, body: SETTINGS });
  const { body: { secret } } = await stage.ask('Ada', 'POST', 'desk/keys', { cookie: owner, body: { alg: 'HS256' } });
  await stage.ask('Ada', 'GET', 'desk/keys', { cookie: owner });

  await stage.knock('Refused: from another site', ANN, { origin: 'https://evil.example' });
  await stage.knock('Refused: from nowhere', ANN, { origin: undefined });
  await stage.knock('Refused: no such brand', ANN, { brand: 'nobody' });
  await stage.knock('Refused: another protocol', ANN, { protocols: ['chat.v9', `t.${ANN.token}`] });
  await stage.knock('Refused: no token', ANN, { protocols: ['chat.v1', 't.short'] });
  await stage.knockAsAgent('Refused: no ticket of ours', BEA.token);
  return { cookie, secret: String(secret) };
}

async function theFirstWord(stage: Stage): Promise<{ ann: Caller; tab: Caller }> {
  const ann = await stage.visitor('Ann', ANN, { page: PAGE, lang: 'en-GB', zone: 'Europe/London' });
  await ann.say('not JSON').hears(refused('bad_frame'));
  await ann.say({ type: 'dance' }).hears(refused('bad_frame'));
  await ann.say(`{"type":"ping","x":${'['.repeat(9)}${']'.repeat(9)}}`).hears(refused('bad_frame'));
  await ann.say({ ...say('a0', 'tea', 'I am the third'), seq: 3 }).hears(nak('a0', 'bad_frame'));
  await ann.say(say('a0', 'tea', '')).hears(nak('a0', 'bad_frame'));
  await ann.say({ type: 'seen', thread: 'tea', seq: 1 }).hears(refused('not_found'));
  await ann.say({ type: 'pull', thread: 'tea', before: 9, n: 9 }).hears(refused('not_found'));

  await ann.say(say('a1', 'tea', 'Is the Earl Grey back?', { page: PAGE })).hears({ type: 'changed', set: [{ id: 'a1' }, { id: 'auto.1', by: 'brand' }] }, ack('a1'));
  await ann.say(say('a1', 'tea', 'Is the Earl Grey back?')).hears(ack('a1'));
  await ann.say(say('a1', 'tea', 'Is the Assam back?')).hears(nak('a1', 'conflict'));
  await ann.say(say('auto.7', 'tea', 'Says the brand.')).hears(nak('auto.7', 'conflict'));

  const tab = await stage.visitor('Ann, second tab', ANN, { lang: 'ar' });
  await tab.say({ type: 'label', id: 'l1', name: 'Ann', email: 'ann@mail.example' }).hears(ack('l1'));
  await tab.say({ type: 'label', id: 'l2', email: '' }).hears(ack('l2'));
  await tab.say({ type: 'track', id: 'e1', name: 'order', data: { number: '1042', total: 38.5, gift: true } }).hears(ack('e1'));
  await tab.say({ type: 'track', id: 'e1', name: 'order', data: { number: '1042', total: 38.5, gift: true } }).hears(ack('e1'));
  await tab.say({ type: 'track', id: 'e2', name: 'basket' }).hears(ack('e2'));
  await tab.say(say('a2', 'tea', 'A lone half \ud800 of a pair.')).hears(message('a2'), ack('a2'));
  await ann.hears(message('a2'));
  return { ann, tab };
}

async function theTeamComes(stage: Stage, owner: string, cookie: string, ann: Caller, tab: Caller): Promise<Pick<Cast, 'ada' | 'grace' | 'bea'>> {
  const ticket = await stage.ticket('Ada', owner);
  const ada = await stage.knockAsAgent('Ada', ticket);
  await stage.knockAsAgent('Refused: a used ticket', ticket);
  await ada.say({ type: 'hi', v: 1, rev: 0 }).hears({ type: 'ok', fresh: true }, { type: 'presence', here: true });
  for (const each of [ann, tab]) await each.hears({ type: 'presence', available: true });
  const grace = await stage.agent('Grace', cookie);
  for (const each of [ada, grace]) await each.hears({ type: 'presence', here: true });
  await grace.say({ type: 'status', id: 's1', status: 'away' }).hears({ type: 'changed', set: [{ kind: 'agent', status: 'away' }] }, ack('s1'));
  await ada.hears({ type: 'changed', set: [{ kind: 'agent', status: 'away' }] });

  const bea = await stage.visitor('Bea', BEA, { lang: 'ar', page: { url: `${SHOP}/` } });
  await bea.say(say('b1', 'bea.1', 'Do you send to Cairo?')).hears(message('b1'), ack('b1'));
  for (const each of [ada, grace]) await each.hears({ type: 'presence', here: true }, message('b1'));
  // The id of another's message, in a thread of her own.
  await bea.say(say('a1', 'bea.1', 'And to Giza?')).hears(message('a1'), ack('a1'));
  await bea.say(say('b2', 'tea', 'Your tea is mine.')).hears(nak('b2', 'not_found'));
  await bea.say({ type: 'pull', thread: 'tea', before: 9, n: 9 }).hears(refused('not_found'));
  await bea.say({ type: 'seen', thread: 'tea', seq: 1 }).hears(refused('not_found'));
  await settle([bea], [ada, grace]);
  return { ada, grace, bea };
}

async function theAnswer({ ann, tab, bea, ada, grace }: Cast): Promise<void> {
  await ada.say({ type: 'got', thread: 'tea', seq: 2 }).hears(thread('tea', { team: { got: 2, seen: 0 } }));
  await ada.say({ type: 'seen', thread: 'tea', seq: 99 }).hears(thread('tea', { team: { got: 3, seen: 3 } }));
  ada.say({ type: 'seen', thread: 'tea', seq: 1 });
  await ada.say({ type: 'seen', thread: 'none', seq: 1 }).hears(refused('not_found'));
  ada.say({ type: 'typing', thread: 'tea' });
  for (const each of [ann, tab]) await each.hears({ type: 'typing', name: 'Ada' });
  await grace.hears({ type: 'typing', thread: 'tea' });

  await ada.say(say('m1', 'tea', 'The new harvest came in this morning.')).hears(message('m1'), ack('m1'));
  for (const each of [ann, tab, grace]) await each.hears(message('m1'));
  await ada.say(say('m1', 'tea', 'The new harvest came in this morning.')).hears(ack('m1'));
  await ada.say(say('m1', 'tea', 'No.')).hears(nak('m1', 'conflict'));
  await ada.say(say('m2', 'none', 'To nobody.')).hears(nak('m2', 'not_found'));
  await grace.say(say('m1', 'tea', 'The new harvest came in this morning.')).hears(nak('m1', 'conflict'));

  ann.say({ type: 'typing', thread: 'tea' });
  for (const each of [ada, grace]) await each.hears({ type: 'typing', thread: 'tea' });
  await tab.say({ type: 'got', thread: 'tea', seq: 4 }).hears(thread('tea', { visitor: { got: 4, seen: 3 } }));
  await tab.say({ type: 'seen', thread: 'tea', seq: 4 }).hears(thread('tea', { visitor: { got: 4, seen: 4 } }));
  await ann.say(say('a3', 'tea', 'Wonderful!')).hears(message('a3'), ack('a3'));
  for (const each of [tab, ada, grace]) await each.hears(message('a3'));
  await settle([ann, tab, bea], [ada, grace]);
}

async function theEnd({ ann, tab, ada, grace }: Cast): Promise<void> {
  await ada.say({ type: 'end', id: 'x1', thread: 'tea', seq: 4 }).hears(nak('x1', 'stale'));
  await ada.say({ type: 'end', id: 'x2', thread: 'tea', seq: 5 }).hears(thread('tea', { state: 'ended' }), ack('x2'));
  for (const each of [ann, tab]) await each.hears(thread('tea', { ended: true, episode: 1 }));
  await ada.say({ type: 'end', id: 'x2', thread: 'tea', seq: 5 }).hears(ack('x2'));
  await ada.say({ type: 'take', id: 'x2', thread: 'tea' }).hears(nak('x2', 'conflict'));
  await tab.say(say('a4', 'tea', 'One more thing: is it organic?')).hears({ type: 'changed', set: [{ id: 'a4', seq: 6 }, { kind: 'thread', ended: false, episode: 2 }] }, ack('a4'));
  for (const each of [ann, ada, grace]) await each.hears(message('a4'));

  await grace.say({ type: 'take', id: 't1', thread: 'tea' }).hears(thread('tea', { state: 'assigned' }), ack('t1'));
  await grace.say({ type: 'take', id: 't1', thread: 'tea' }).hears(ack('t1'));
  await grace.say({ type: 'take', id: 't2', thread: 'none' }).hears(nak('t2', 'not_found'));
  await grace.say(say('g1', 'bea.1', 'We do, within a week.')).hears(message('g1'), ack('g1'));
}

/** Everything that agents do with a thread besides answering it, and how Bea found it. */
async function theDesk({ bea, ada, grace }: Cast): Promise<void> {
  const both = [ada, grace];
  const tomorrow = Date.now() + 24 * 3_600_000;
  await ada.say({ type: 'look', thread: 'bea.1' });
  await grace.hears({ type: 'look', thread: 'bea.1' });
  await ada.say({ type: 'note', id: 'n1', thread: 'bea.1', body: 'She is in Cairo.' }).hears({ type: 'changed', set: [{ kind: 'entry', id: 'n1', what: 'note' }] }, ack('n1'));
  await grace.hears({ type: 'changed', set: [{ kind: 'entry', id: 'n1' }] });
  await ada.say({ type: 'tag', id: 'n2', thread: 'bea.1', tags: ['abroad'] }).hears(thread('bea.1', { tags: ['abroad'] }), ack('n2'));
  await ada.say({ type: 'search', text: 'cai', before: Number.MAX_SAFE_INTEGER, n: 9 }).hears({ type: 'found', hits: [{ by: 'note' }, { by: 'visitor', seq: 1 }], more: false });
  await ada.say({ type: 'wake', id: 'n3', thread: 'bea.1' }).hears(nak('n3', 'stale'));
  await ada.say({ type: 'snooze', id: 'n4', thread: 'bea.1', seq: 3, until: tomorrow, keep: true }).hears(thread('bea.1', { state: 'snoozed' }), ack('n4'));
  await ada.say({ type: 'wake', id: 'n5', thread: 'bea.1' }).hears(thread('bea.1', { state: 'assigned' }), ack('n5'));
  await ada.say({ type: 'transfer', id: 'n6', thread: 'bea.1', to: 'nobody' }).hears(nak('n6', 'not_found'));
  await ada.say({ type: 'transfer', id: 'n7', thread: 'bea.1', note: 'Whoever has time.' }).hears(thread('bea.1', {}), ack('n7'));
  for (const each of both) await each.say({ type: 'take', id: 'n8', thread: 'bea.1' }).hears(ack('n8'));
  const { set } = await grace.say({ type: 'end', id: 'n9', thread: 'bea.1', seq: 3 }).hears(thread('bea.1', { state: 'ended' }));
  const { who } = (set as Entry[]).find(({ kind }) => kind === 'thread')!;
  await grace.hears(ack('n9'));
  await bea.hears(thread('bea.1', { ended: true, survey: { episode: 1 } }));
  await bea.say({ type: 'rate', id: 'b7', thread: 'bea.1', episode: 1, score: 5, text: 'Kind.' }).hears(thread('bea.1', { survey: { score: 5 } }), ack('b7'));
  await bea.say({ type: 'rate', id: 'b8', thread: 'tea', episode: 1, score: 1 }).hears(nak('b8', 'not_found'));
  await grace.hears({ type: 'changed', set: [{ kind: 'entry', what: 'rated', score: 5 }] });
  for (const on of [true, false]) await grace.say({ type: 'block', id: `n10.${on}`, visitor: who, on }).hears({ type: 'changed', set: [{ kind: 'visitor' }] }, ack(`n10.${on}`));
  await grace.say({ type: 'reopen', id: 'n11', thread: 'bea.1' }).hears(thread('bea.1', { state: 'assigned', episode: 1 }), ack('n11'));
  await settle([bea], both);
}

async function whatStands(cast: Cast): Promise<void> {
  const { ann, tab, bea, ada, grace } = cast;
  await settle([ann, tab, bea], [ada, grace]);
  await ada.say({ type: 'list', box: 'open', before: Number.MAX_SAFE_INTEGER, n: 1 }).hears({ type: 'listed', more: true });
  await ada.say({ type: 'list', box: 'open', before: Number.MAX_SAFE_INTEGER, n: 50 }).hears({ type: 'listed', more: false });
  await ada.say({ type: 'list', box: 'ended', before: Number.MAX_SAFE_INTEGER, n: 50 }).hears({ type: 'listed', set: [] });
  await ada.say({ type: 'list', box: 'lost', before: 1, n: 50 }).hears(refused('bad_frame'));
  await ada.say({ type: 'pull', thread: 'tea', before: 6, n: 2 }).hears({ type: 'page', rows: [{ seq: 4 }, { seq: 5 }], more: true });
  await ann.say({ type: 'pull', thread: 'tea', before: 3, n: 50 }).hears({ type: 'page', rows: [{ seq: 1 }, { seq: 2 }], more: false });
  await ann.say({ type: 'pull', thread: 'tea', before: 3, n: 201 }).hears(refused('bad_frame'));
  await ada.say({ type: 'sync', rev: ada.rev - 2 }).hears({ type: 'changed' });
  await ada.say({ type: 'sync', rev: 1_000_000 }).hears({ type: 'ok', fresh: true });
  await ann.say({ type: 'sync', rev: 1 }).hears({ type: 'changed' });
  await ann.say({ type: 'sync', rev: 1_000_000 }).hears({ type: 'ok', fresh: true });
  await ada.say({ type: 'ping' }).hears({ type: 'pong' });
  await ann.say({ type: 'ping' }).hears({ type: 'pong' });
}

async function theSettings(stage: Stage, cast: Cast): Promise<void> {
  const { ann, tab, bea, ada, grace, owner } = cast;
  await stage.ask('Ada', 'PUT', 'desk/settings', { cookie: owner, body: { ...SETTINGS, hours: ALWAYS_CLOSED } });
  for (const each of [ann, tab, bea]) await each.hears({ type: 'presence', available: false });
  await stage.ask('anybody', 'GET', 'card?lang=en', { origin: SHOP });
  await bea.say(say('b3', 'bea.2', 'Is anybody there?')).hears({ type: 'changed', set: [{ id: 'b3' }, { id: 'auto.1' }] }, ack('b3'));
  await stage.ask('Ada', 'PUT', 'desk/settings', { cookie: owner, body: { ...SETTINGS, name: 'Fern & Kettle', autoReply: { ...SETTINGS.autoReply, when: 'always' } } });
  for (const each of [ann, tab, bea]) await each.hears({ type: 'presence', available: true });
  await stage.ask('anybody', 'GET', 'card', { origin: SHOP });
  await stage.ask('Ada', 'POST', 'desk/profile', { cookie: owner, body: { name: 'Ada L.' } });
  for (const each of [ada, grace]) await each.hears({ type: 'changed', set: [{ kind: 'agent', name: 'Ada L.' }] });
  await settle([ann, tab, bea], [ada, grace]);
}

async function cutAndBack(stage: Stage, cast: Cast): Promise<void> {
  const { ann, bea, ada, grace } = cast;
  cast.tab.cut();
  await ada.say(say('m3', 'tea', 'It is organic.')).hears(message('m3'), ack('m3'));
  await ada.say(say('m4', 'tea', 'All of it.')).hears(message('m4'), ack('m4'));
  for (const each of [ann, grace]) await each.hears(message('m3'), message('m4'));
  cast.tab = await stage.visitor('Ann, second tab', ANN, { epoch: cast.tab.epoch, rev: cast.tab.rev });
  for (const each of [ada, grace]) await each.hears(theVisitor);
  // From before a backup was put back, and from after it.
  for (const held of [{ epoch: 'another', rev: 5 }, { epoch: ann.epoch, rev: 1_000_000 }]) {
    await cast.tab.say({ type: 'hi', v: 1, ...held }).hears({ type: 'ok', fresh: true });
    for (const each of [ada, grace]) await each.hears(theVisitor);
  }
  await settle([ann, cast.tab, bea], [ada, grace]);
  grace.cut();
  await bea.say(say('b4', 'bea.1', 'Thank you!')).hears(message('b4'), ack('b4'));
  cast.grace = await stage.agent('Grace', cast.cookie, { epoch: grace.epoch, rev: grace.rev });
  await settle([ann, cast.tab, bea], [ada, cast.grace]);
}

async function withoutALine(stage: Stage, { ann, tab, bea, ada, grace, owner }: Cast): Promise<void> {
  await stage.post('Ann', ANN, say('a5', 'tea', 'On my way out.'), { type: 'seen', thread: 'tea', seq: 9 }, say('a5', 'tea', 'On my way out.'), say('a5', 'tea', 'Not yet.'),
    { type: 'dance' }, { type: 'typing', thread: 'tea' }, { type: 'seen', thread: 'none', seq: 1 }, { type: 'pull', thread: 'tea', before: 3, n: 1 });
  for (const each of [ann, tab, ada, grace]) await each.hears(message('a5'));
  await stage.post('Ann', ANN, { type: 'hi', v: 1, rev: 0 });
  // Three new threads an hour are hers (rule R3), and what was said behind a message that has to wait waits with it (rule M3).
  await stage.post('Ann', ANN, say('a6', 'ann.2', 'Another thing.'), say('a7', 'ann.3', 'And another.'), say('a8', 'ann.4', 'And another.'), say('a9', 'tea', 'Never mind.'));
  for (const each of [ann, tab, ada, grace]) await each.hears(message('a6'), message('a7'));
  await stage.post('somebody without a token', { ...ANN, token: 'short' });
  await stage.post('somebody with much to say', ANN, ...Array.from({ length: 33 }, () => ({ type: 'ping' })));
  await stage.ask('somebody from elsewhere', 'POST', 'frames', { origin: 'https://evil.example', type: 'text/plain', body: { token: ANN.token, frames: [] } });
  await stage.ask('somebody', 'POST', 'frames', { origin: SHOP, type: 'text/plain', body: '{"token":' });
  await stage.ask('Ada', 'POST', 'desk/frames', {
    cookie: owner, body: { frames: [say('m5', 'tea', 'Come back soon.'), { type: 'end', id: 'x3', thread: 'bea.1', seq: 1 }, { type: 'list', box: 'ended', before: 1, n: 1 }, { type: 'ping' }, { type: 'dance' }] },
  });
  for (const each of [ann, tab, ada, grace]) await each.hears(message('m5'));
  await stage.ask('anybody', 'POST', 'desk/frames', { body: { frames: [{ type: 'ping' }] } });
  await settle([ann, tab, bea], [ada, grace]);
}
