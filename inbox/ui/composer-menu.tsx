/** What opens over the composer while one writes: ready answers after `/`, colleagues after `@`. */
import { type Signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Agent, Visitor } from '../../protocol/messages.ts';
import { type Canned, cannedLike, fillIn } from '../canned.ts';
import { askedAt, namesLike } from '../mentions.ts';
import { initialsOf } from '../people.ts';
import { words } from '../words.ts';
import { Avatar } from './avatar.tsx';
import { Choices, type Choosing, useChoosing, wiringOf } from './choices.tsx';
import { useDesk } from './context.ts';

export interface ComposerMenu {
  /** What the field says about the list that stands open. */
  wiring: object;
  press(event: KeyboardEvent): boolean;
  /** Ready answers, wherever the caret stands. */
  call(): void;
  view: preact.ComponentChildren;
}

interface Field { draft: string; caret: Signal<number>; isNote: boolean; /** The field has the focus. */ isIn: boolean; put(text: string, caret: number): void; visitor: Visitor | undefined }

/** @param put what the field holds from now on */
export function useComposerMenu({ draft, caret, isNote, isIn, put, visitor }: Field): ComposerMenu {
  const desk = useDesk();
  /** Where ready answers were called for; at the start of an answer `/` is call enough. */
  const called = useSignal<number | undefined>(undefined);
  const shutFor = useSignal<string | undefined>(undefined);
  const at = caret.value;
  const replace = (from: number, text: string) => put(draft.slice(0, from) + text + draft.slice(at), from + text.length);

  const name = isNote ? askedAt(draft, at) : undefined;
  const colleagues = name ? namesLike(name.query, desk.colleagues.value) : [];
  const slash = !isNote && /^\/[^\n]{0,40}$/.test(draft.slice(0, at)) && !draft.startsWith('//');
  const start = called.value !== undefined && called.value <= at && !isNote ? called.value : slash ? 0 : undefined;
  const query = start === undefined ? '' : draft.slice(start === 0 && slash ? 1 : start, at);
  const isAnswers = start !== undefined && !query.includes('\n');
  const all = desk.canned.all.value;
  const answers = isAnswers && all ? cannedLike(query, all) : [];

  // What was shut stays shut until something else is asked for.
  const wants = isAnswers ? `/${start}` : name && colleagues.length > 0 ? `@${name.start}` : '';
  const isOpen = isIn && wants !== '' && shutFor.value !== wants;
  useEffect(() => {
    if (wants === '') shutFor.value = undefined;
  }, [wants]);
  useEffect(() => {
    if (isAnswers && isOpen) void desk.canned.load();
  }, [isAnswers && isOpen]);

  const shut = () => {
    called.value = undefined;
    shutFor.value = wants;
  };
  const mentioning = useChoosing<Agent>({
    id: 'mentions', options: isOpen ? colleagues : [], shut,
    take: ({ name: who }) => replace(name!.start, `@${who} `),
  });
  const answering = useChoosing<Canned>({
    id: 'ready-answers', options: isOpen ? answers : [], shut,
    take({ body }) {
      called.value = undefined;
      replace(start!, fillIn(body, { visitor: visitor?.name, agent: desk.self.value.name }));
    },
  });
  const choosing = (isAnswers ? answering : mentioning) as Choosing<unknown>;

  return {
    wiring: isOpen ? wiringOf(choosing) : {},
    press: (event) => isOpen && choosing.press(event),
    call() {
      shutFor.value = undefined;
      called.value = called.peek() === undefined ? at : undefined;
    },
    view: !isOpen ? null : isAnswers
      ? (
        <div class="composer-menu">
          <p class="composer-menu-head">{words.know.readyAnswers}</p>
          {answers.length === 0 && <AnswersState query={query} />}
          <Choices choosing={answering} label={words.know.readyAnswers} keyOf={({ id }) => id}>
            {({ name: title, body }) => (
              <span class="ready">
                <b><bdi>{title}</bdi></b>
                <span class="ready-body" dir="auto">{fillIn(body, { visitor: visitor?.name, agent: desk.self.value.name })}</span>
              </span>
            )}
          </Choices>
        </div>
      )
      : (
        <div class="composer-menu composer-menu-narrow">
          <Choices choosing={mentioning} label={words.know.colleaguesToName} keyOf={({ id }) => id}>
            {(agent) => (
              <>
                <Avatar id={agent.id} letters={initialsOf(agent.name)} size="small" />
                <bdi class="pick-name">{agent.name}</bdi>
                {!desk.engine.here.value.has(agent.id) && <span class="hint">{words.notHere}</span>}
              </>
            )}
          </Choices>
        </div>
      ),
  };
}

function AnswersState({ query }: { query: string }) {
  const { all, failure } = useDesk().canned;
  const say = words.know;
  const text = all.value === undefined ? (failure.value ? say.readyFailed : say.readyLoading)
    : all.value.length === 0 ? say.readyNone : say.readyNoMatch(query.trim());
  return <p class="composer-menu-state" role="status">{text}</p>;
}
