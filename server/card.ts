/** What a brand shows to anybody. */
import { initialsOf } from '../protocol/initials.ts';
import type { Card } from '../protocol/messages.ts';
import type { Brand } from './brand.ts';
import { isOpen, nextChange } from './hours.ts';
import { inLanguage } from './settings.ts';

export function cardOf(brand: Brand, lang: string | undefined): Card {
  const { name, color, logo, greeting, replyTime, hours, lang: own } = brand.settings;
  const now = brand.host.now();
  const open = isOpen(hours, now);
  const opens = open ? undefined : nextChange(hours, now);
  const available = brand.presence.available();
  return {
    name, color, logo: logo || initialsOf(name), greeting: inLanguage(greeting, lang, own), replyTime: replyTime === 'own' ? brand.ownReplyTime.now((began) => isOpen(hours, began)) : replyTime,
    open, available, busy: isBusy(brand, available), ...(opens ? { opens } : {}),
  };
}

/** It takes long today (D19): as many threads wait as the brand lets wait; where none may, whenever nobody is there. Counts no further than that. */
function isBusy({ host, settings }: Brand, available: boolean): boolean {
  const { queue } = settings.desk;
  if (queue === 0) return !available;
  return host.sql("SELECT 1 AS yes FROM thread WHERE state = 'waiting' LIMIT 1 OFFSET ?", queue - 1).length > 0;
}
