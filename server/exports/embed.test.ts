import { describe, expect, it } from 'vitest';
import { embedHtml } from './embed.ts';

const player = {
  num: 12,
  name: 'Arena 1',
  origin: 'https://tv.example.org',
  hlsUrl: 'https://tv.example.org/stream/arena-1/hls?expires=9&sig=v1.-.abc',
};

describe('the player for other pages (S1.12)', () => {
  it('takes its script and its stream from this server and nothing from elsewhere', () => {
    const addresses = embedHtml(player).match(/https?:[^"]+/g);
    expect(addresses).toEqual([`${player.origin}/embed/hls.min.js`, player.hlsUrl]);
  });

  it('keeps a name with markup from becoming markup', () => {
    const html = embedHtml({ ...player, name: '"><script>alert(1)</script>\n' });
    expect(html).not.toContain('<script>alert');
    expect(html).toContain('title="&#34;&#62;&#60;script');
  });

  it('keeps an address from ending its script', () => {
    const html = embedHtml({ ...player, hlsUrl: 'http://h/</script><script>alert(1)</script>' });
    expect(html.match(/<\/script>/g)).toHaveLength(2);
  });
});
