import { describe, expect, it } from 'vitest';
import { isForCopy, parseCopyAddress } from './address.ts';
import { copyInput } from './input.ts';

const place = { address: '127.0.0.1', port: 4000 };
const listOf = (address: string, at = place) => copyInput(parseCopyAddress(address), at).list.split('\n');

describe('the list that ffmpeg gets', () => {
  it('names the checked address, and tells an RTMP server the name it goes by', () => {
    expect(listOf('rtmps://cdn.example/app/inst/key?token=1')).toEqual([
      'ffconcat version 1.0',
      "file 'rtmp://127.0.0.1:4000/app/inst/key?token=1'",
      "option rtmp_tcurl 'rtmps://cdn.example:443/app/inst'",
      "option rtmp_live 'live'",
      '',
    ]);
    expect(listOf('rtmp://cdn.example/live/key')[2]).toBe("option rtmp_tcurl 'rtmp://cdn.example:1935/live'");
    expect(listOf('rtmp://h/vod/a/mp4:b/c')[2]).toBe("option rtmp_tcurl 'rtmp://h:1935/vod/a'");
    expect(listOf('srt://h:1', { address: '2001:db8::1', port: 1 })[1]).toBe(
      "file 'srt://[2001:db8::1]:1?mode=caller'",
    );
  });

  it('lets no text of an address end its line or its quotes', () => {
    const list = listOf("rtsp://u:p'w@h/a'b\n\noption rtsp_transport 'udp' c");
    expect(list).toHaveLength(4);
    expect(list[1]).toMatch(/^file 'rtsp:\/\/u:p(%27|'\\'')w@127\.0\.0\.1:4000\/a'\\''b/);
    expect(list[2]).toBe("option rtsp_transport 'tcp'");
    const srt = listOf(`srt://h:1?passphrase=${encodeURIComponent("a'b\noption mode listener")}`);
    expect(srt.filter((line) => line.startsWith('option mode'))).toEqual([]);
  });

  it('takes only known options of SRT and UDP', () => {
    const srt = listOf(
      'srt://h:1?latency=200&pbkeylen=24&pbkeylen=9&streamid=#!::r=a,m=b&ipttl=3&payload_size=9',
    );
    expect(srt.slice(2)).toEqual([
      "option connect_timeout '1000'",
      "option latency '200000'",
      "option pbkeylen '24'",
      "option srt_streamid '#!::r=a,m=b'",
      '',
    ]);
    expect(() => listOf('srt://h:1?passphrase=short')).toThrow(/10 to 79/);
    const udp = listOf('udp://@239.1.1.1:5000?sources=10.0.0.1,evil&localaddr=10.0.0.9&reuse=1', {
      address: '239.1.1.1',
      port: 5000,
    });
    expect(udp[1]).toBe("file 'udp://239.1.1.1:5000'");
    expect(udp).toContain("option sources '10.0.0.1'");
    expect(udp).toContain("option localaddr '10.0.0.9'");
    expect(udp.join()).not.toContain('reuse');
    expect(listOf('udp://@:5000', { address: '10.0.0.2', port: 5000 })).toContain(
      "option localaddr '10.0.0.2'",
    );
  });
});

describe('addresses', () => {
  it('are told from HTTP by their scheme', () => {
    expect(['RTSP://a', ' srt://a', 'udp://@:1'].map(isForCopy)).toEqual([true, true, true]);
    expect(['https://a/rtmp://b', 'file:///x', 'mms://a', ''].some(isForCopy)).toBe(false);
  });

  it('without a host or a port are refused by a sentence', () => {
    expect(() => parseCopyAddress('srt://host')).toThrow(/port is missing/);
    expect(() => parseCopyAddress('rtmp:///a/b')).toThrow(/host is missing/);
    expect(parseCopyAddress('udp://@:1234')).toMatchObject({ host: '0.0.0.0', port: 1234 });
  });
});
