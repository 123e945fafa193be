/** The settings: sections at the side, one of them open, and a bar that says what is not saved. */
import { useEffect } from 'preact/hooks';
import { SECTIONS, type Section } from '../route.ts';
import { words } from '../words.ts';
import { useInbox, useSignedIn } from './context.ts';
import { Problem } from './field.tsx';
import * as icons from './icons.tsx';
import { Link } from './link.tsx';
import { BrandPage } from './settings/brand.tsx';
import { DeskPage } from './settings/desk.tsx';
import { HoursPage } from './settings/hours.tsx';
import { IdentityPage } from './settings/identity.tsx';
import { RepliesPage } from './settings/replies.tsx';
import { SaveBar } from './settings/save-bar.tsx';
import { SitePage } from './settings/site.tsx';
import { TeamPage } from './settings/team.tsx';
import { WordsPage } from './settings/words.tsx';
import { YouPage } from './settings/you.tsx';
import { explain } from './sign-in.tsx';

const ICONS = {
  you: icons.Person, replies: icons.Bolt, brand: icons.Palette, words: icons.Words, hours: icons.Clock, desk: icons.Inbox, site: icons.Code, identity: icons.Key, team: icons.People,
} satisfies Record<Section, unknown>;
/** These edit one thing, the brand's settings; the others save piece by piece. */
const SAVED_TOGETHER: readonly Section[] = ['brand', 'words', 'hours', 'desk', 'site'];

export function Settings({ section }: { section: Section | undefined }) {
  const { desk, settings } = useSignedIn();
  const isOwner = desk.self.value.role === 'owner';
  const sections = isOwner ? SECTIONS : (['you', 'replies'] as const);
  const open = section && (sections as readonly Section[]).includes(section) ? section : undefined;

  useEffect(() => {
    if (isOwner && !settings.saved.value) void settings.load();
  }, [isOwner]);

  const shown = open ?? 'you';
  return (
    <main class="settings" aria-labelledby="settings-title" data-open={open ? 'section' : 'none'}>
      <nav class="settings-nav" aria-label={words.settings}>
        <header class="pane-head"><h1>{words.settings}</h1></header>
        <ul>
          {sections.map((name) => {
            const Icon = ICONS[name];
            return (
              <li key={name}>
                <Link to={{ at: 'settings', section: name }} class="box" aria-current={open === name || (!open && name === 'you') ? 'page' : undefined}>
                  <Icon /><span class="settings-name">{words.sections[name][0]}</span><icons.Forward size={16} />
                </Link>
              </li>
            );
          })}
        </ul>
      </nav>
      <div class="settings-main">
        <div class="scroll settings-scroll">
          <div class="settings-page" key={shown}>
            <header class="settings-head">
              <Link to={{ at: 'settings' }} class="button button-icon settings-back" aria-label={words.settings}><icons.Back /></Link>
              <div><h1 id="settings-title">{words.sections[shown][0]}</h1><p class="settings-lead">{words.sections[shown][1]}</p></div>
            </header>
            <SectionPage section={shown} />
          </div>
        </div>
        {isOwner && <SaveBar loud={SAVED_TOGETHER.includes(shown)} />}
      </div>
    </main>
  );
}

function SectionPage({ section }: { section: Section }) {
  const { settings } = useSignedIn();
  const { brand } = useInbox();
  if (section === 'you') return <YouPage />;
  if (section === 'replies') return <RepliesPage />;
  if (section === 'identity') return <IdentityPage brand={brand} />;
  if (section === 'team') return <TeamPage />;
  if (!settings.draft.value) {
    return settings.failure.value
      ? <><Problem>{explain(settings.failure.value)}</Problem><button type="button" class="button" onClick={settings.load}>{words.tryAgain}</button></>
      : <span class="spinner" />;
  }
  const page = { brand: BrandPage, words: WordsPage, hours: HoursPage, desk: DeskPage, site: SitePage };
  const Page = page[section];
  return <Page settings={settings} draft={settings.draft.value} />;
}
