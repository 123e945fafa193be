/** What each frame of an agent does. Check, write; `brand.ts` tells afterwards. */
import type { FromAgent } from '../protocol/frames.ts';
import { VERSION } from '../protocol/limits.ts';
import type { Rev } from '../protocol/messages.ts';
import type { Brand } from './brand.ts';
import { listed } from './boxes.ts';
import { agentCatchUp } from './catchup.ts';
import type { Change } from './change.ts';
import { act, actOnThread, say } from './desk-acts.ts';
import { entriesOf } from './entries.ts';
import { refuse, type Reply } from './hear-visitor.ts';
import type { AgentWho, Connection } from './host.ts';
import { look, tellLooks } from './look.ts';
import { block, note, tag } from './notes.ts';
import { search } from './search.ts';
import { greeted } from './tell.ts';

export function hearAgent(brand: Brand, change: Change, connection: Connection, frame: FromAgent): Reply {
  const who = connection.data as AgentWho;
  switch (frame.type) {
    case 'hi': {
      connection.data = { ...who, greeted: true };
      start(brand, connection, frame.epoch === brand.epoch ? frame.rev : 0);
      brand.presence.came(change, connection.data);
      return undefined;
    }
    case 'say': return say(brand, change, who, frame);
    case 'take': case 'end': case 'snooze': case 'wake': case 'transfer': case 'reopen': return actOnThread(brand, change, who, frame);
    case 'status': return act(brand, who, frame, () => {
      brand.agents.setStatus(change, who.agent, frame.status);
      brand.presence.tellAvailable();
    });
    case 'note': return note(brand, change, who, frame);
    case 'tag': return tag(brand, change, who, frame);
    case 'block': return block(brand, change, who, frame);
    case 'look': {
      look(brand, connection, frame.thread);
      return undefined;
    }
    case 'search': {
      const tooFast = brand.allowance.search(who.agent, brand.host.now());
      if (tooFast) return refuse('rate_limited', 'too many searches at once', tooFast);
      connection.send(search(brand, frame));
      return undefined;
    }
    case 'list': {
      connection.send(listed(brand, frame));
      return undefined;
    }
    case 'got': case 'seen': {
      const thread = brand.threads.find(frame.thread);
      if (!thread) return refuse('not_found', 'no such thread');
      brand.threads.mark(change, thread, 'team', frame.type, frame.seq);
      return undefined;
    }
    case 'sync': {
      sync(brand, connection, frame.rev);
      return undefined;
    }
    case 'pull': {
      if (!brand.threads.find(frame.thread)) return refuse('not_found', 'no such thread');
      const { rows, more } = brand.threads.page(frame.thread, frame.before, frame.n);
      const entries = entriesOf(brand.host, frame.thread, more ? rows[0]!.seq : 0, frame.before);
      connection.send({ type: 'page', thread: frame.thread, rows, entries, more });
      return undefined;
    }
    case 'typing': {
      const thread = brand.threads.find(frame.thread);
      if (!thread || brand.allowance.typing(who.connection, brand.host.now())) return undefined;
      const name = brand.agents.find(who.agent)?.name ?? '';
      for (const each of greeted(brand.host.connections(`v:${thread.visitor}`))) each.send({ type: 'typing', thread: thread.id, name });
      for (const each of greeted(brand.host.connections('agents'))) {
        if ((each.data as AgentWho).agent !== who.agent) each.send({ type: 'typing', thread: thread.id, agent: who.agent });
      }
      return undefined;
    }
    case 'ping': {
      connection.send({ type: 'pong', head: brand.head() });
      return undefined;
    }
  }
}

/** An `ok`: the difference when it is small enough, else everything that stands on the desk. */
function start(brand: Brand, connection: Connection, since: Rev): void {
  const head = brand.head();
  const { set, fresh } = agentCatchUp(brand, since <= head ? since : 0);
  const { name, color, logo } = brand.settings;
  connection.send({
    type: 'ok', v: VERSION, epoch: brand.epoch, rev: head, now: brand.host.now(), set, ...(fresh ? { fresh } : {}),
    me: { id: (connection.data as AgentWho).agent, brand: { id: brand.id, name, color, logo } },
    here: brand.presence.here(),
  });
  tellLooks(brand, connection);
}

function sync(brand: Brand, connection: Connection, since: Rev): void {
  const head = brand.head();
  const { set, fresh } = agentCatchUp(brand, since <= head ? since : 0);
  if (fresh) start(brand, connection, 0);
  else connection.send({ type: 'changed', rev: head, set });
}
