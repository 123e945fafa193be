import { describe, expect, test } from 'vitest';
import { addressHasher, networkOf } from '../server/doors/address.ts';
import { deviceOf } from '../server/doors/device.ts';

describe('a network', () => {
  test('is one IPv4 address, however it is written', () => {
    for (const address of ['192.0.2.7', '::ffff:192.0.2.7', ' ::FFFF:192.0.2.7 ', '0:0:0:0:0:ffff:192.0.2.7']) expect(networkOf(address)).toBe('192.0.2.7');
    expect(networkOf('192.0.2.8')).not.toBe(networkOf('192.0.2.7'));
  });
  test('is the /64 of an IPv6 address, however it is written', () => {
    for (const address of ['2001:db8:1:2::1', '2001:0db8:0001:0002:ffff:ffff:ffff:ffff', '[2001:DB8:1:2::9]', '2001:db8:1:2::1%eth0', '2001:db8:1:2:0:0:192.0.2.1']) {
      expect(networkOf(address), address).toBe('2001:db8:1:2::/64');
    }
    expect(networkOf('2001:db8::1')).toBe('2001:db8:0:0::/64');
    expect(networkOf('2001:db8:1:3::1')).not.toBe(networkOf('2001:db8:1:2::1'));
    expect(networkOf('::1')).toBe('0:0:0:0::/64');
  });
  test('is one for all that cannot be read, so that nonsense buys nobody a bucket of her own', () => {
    for (const address of ['', 'unix:', 'nonsense', '1.2.3', '1::2::3', 'gg::1']) expect(networkOf(address)).toBe('unknown');
  });
  test('has a name that differs from one process to the next, and holds nothing of the address', async () => {
    const [one, two] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)].map(addressHasher);
    const name = await one!('192.0.2.7');
    expect(name).toMatch(/^[0-9a-f]{24}$/);
    expect(await one!('::ffff:192.0.2.7')).toBe(name);
    expect(await one!('192.0.2.8')).not.toBe(name);
    expect(await two!('192.0.2.7')).not.toBe(name);
  });
});

describe('a device in words', () => {
  test.each([
    ['Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36', 'Chrome on Android'],
    ['Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1', 'Safari on iPhone'],
    ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0', 'Edge on Windows'],
    ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:143.0) Gecko/20100101 Firefox/143.0', 'Firefox on Mac'],
    ['Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/140.0.0.0 Safari/537.36', 'Chrome on Linux'],
    ['Mozilla/5.0 (iPad; CPU OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/140.0 Mobile/15E148 Safari/604.1', 'Chrome on iPad'],
  ])('%s', (agent, words) => {
    expect(deviceOf(agent)).toBe(words);
  });
  test('is nothing rather than whatever a stranger wrote', () => {
    for (const agent of [undefined, '', '<script>alert(1)</script>', 'curl/8.0', `${'x'.repeat(10_000)} Chrome/1 Windows`]) expect(deviceOf(agent)).toBeUndefined();
  });
});
