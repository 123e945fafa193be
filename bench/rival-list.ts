/** Widgets that others publish on npm and that come up without their server. Versions are pinned: a figure is of one of them. */

export interface Rival {
  key: string;
  /** The widget first, then what it wants its site to bring. */
  packages: string[];
  /** What a site would write, as its page of instructions says. */
  entry: string;
  /** A page that stands in for one of its server's. */
  stub?: { at: string; html: string };
  /** Where one clicks to open it, as a CSS selector. */
  button: string;
  /** It stands on the page open. */
  hasNoButton?: true;
  /** Its window, composer and all, is a page of its server, which is not there. */
  hasNoComposer?: true;
  /** What could not be measured, and why. */
  note?: string;
}

export const RIVALS: Rival[] = [
  {
    key: 'n8n',
    packages: ['@n8n/chat@1.0.0'],
    entry: `import '@n8n/chat/style.css'; import { createChat } from '@n8n/chat'; createChat({ webhookUrl: '/nobody', mode: 'window', loadPreviousSession: false });`,
    button: '.chat-window-toggle',
    note: 'sending, and older threads: its server is missing. Its newest version that could be installed when this was written: those after it want a package that is not there',
  },
  {
    key: 'papercups',
    packages: ['@papercups-io/chat-widget@1.3.1', 'react@17.0.2', 'react-dom@17.0.2'],
    entry: `import React from 'react'; import { render } from 'react-dom'; import { ChatWidget } from '@papercups-io/chat-widget';
      render(<ChatWidget token="00000000-0000-4000-8000-000000000000" inbox="00000000-0000-4000-8000-000000000000" baseUrl={location.origin} iframeUrlOverride={location.origin + '/papercups-window'} />, document.getElementById('chat'));`,
    // What its window says when it is there; before that no button is drawn. In its stead this page is next to nothing, and takes no time.
    stub: {
      at: 'papercups-window',
      html: `<script>parent.postMessage({ event: 'chat:loaded', payload: { accountId: '00000000-0000-4000-8000-000000000000' } }, '*')</script>`,
    },
    button: '.Papercups-toggleButton',
    hasNoComposer: true,
    note: 'its window with composer and threads, in bytes and in time: that is a page of its server, which is missing',
  },
  {
    key: 'deep-chat',
    packages: ['deep-chat@2.4.2'],
    entry: `import 'deep-chat'; const chat = document.createElement('deep-chat'); chat.connect = { url: '/nobody' }; document.getElementById('chat').append(chat);`,
    button: '',
    hasNoButton: true,
    note: 'opening: it has no button and stands on the page open; sending: its server is missing',
  },
];
