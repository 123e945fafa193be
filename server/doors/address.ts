/** Who somebody is for rate limits: an IPv4 address, or the /64 that an IPv6 customer is given whole. */
import { hex } from './secrets.ts';

/** @returns the network in one spelling; an address that cannot be read shares one network with its like */
export function networkOf(address: string): string {
  // Some proxies write the port behind it; read as no address at all, everybody behind them would be one.
  const bare = address.trim().toLowerCase().replace(/^\[([^\]]*)\](:\d+)?$/, '$1').replace(/^([\d.]+):\d+$/, '$1').replace(/%.*$/, '');
  const mapped = /^(?:0*:)*:?(?:ffff:)(\d+\.\d+\.\d+\.\d+)$/.exec(bare)?.[1];
  const v4 = mapped ?? bare;
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(v4)) return v4;
  return first64(bare) ?? 'unknown';
}

function first64(address: string): string | undefined {
  if (!/^[0-9a-f:.]+$/.test(address) || !address.includes(':')) return undefined;
  const halves = address.split('::');
  if (halves.length > 2) return undefined;
  const head = halves[0] ? halves[0].split(':') : [];
  const tail = halves[1] ? halves[1].split(':') : [];
  if (tail.at(-1)?.includes('.')) tail.push('');
  const hidden = halves.length === 2 ? Math.max(0, 8 - head.length - tail.length) : 0;
  const groups = [...head, ...Array.from({ length: hidden }, () => '0'), ...tail].slice(0, 4);
  return groups.length === 4 ? `${groups.map((group) => Number.parseInt(group || '0', 16).toString(16)).join(':')}::/64` : undefined;
}

/**
 * Names for networks that mean nothing outside this process: buckets and connections carry these, never an address.
 * @param key 32 random bytes, new at each start
 */
export function addressHasher(key: Uint8Array<ArrayBuffer>): (address: string) => Promise<string> {
  const imported = crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  return async (address) => {
    const mac = await crypto.subtle.sign('HMAC', await imported, new TextEncoder().encode(networkOf(address)));
    return hex(new Uint8Array(mac).subarray(0, 12));
  };
}
