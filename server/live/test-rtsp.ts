import { once } from 'node:events';
import net from 'node:net';
import { eachStartCode, nalAt } from '../media/ts/bits.ts';
import { demux } from '../media/ts/test-clips.ts';

export type RtspServer = {
  port: number;
  /** Methods asked for, with the address of each. */
  requests: string[];
  open(): number;
  close(): Promise<void>;
};

type Options = {
  /** `user:password` that is wanted (Basic). */
  account?: string;
  /** Answers every DESCRIBE with this status line and these headers. */
  instead?: string;
  /** Says nothing at all. */
  mute?: boolean;
};

const nals = (data: Buffer): Buffer[] => {
  const found: Buffer[] = [];
  eachStartCode(data, (at) => {
    found.push(nalAt(data, at));
    return undefined;
  });
  return found;
};

/** An RTSP server of one H.264 track over TCP (RFC 2326, RFC 6184); its parameter sets stand in the SDP alone. */
export async function startRtsp(clip: Buffer, options: Options = {}): Promise<RtspServer> {
  const pictures = demux(clip).video.map((unit) => ({ dts: unit.dts, nals: nals(unit.data) }));
  const sets = [7, 8].map((type) => pictures[0]!.nals.find((nal) => (nal[0]! & 0x1f) === type)!);
  const frames = pictures.map(({ dts, nals: all }) => ({
    dts,
    nals: all.filter((nal) => ![6, 7, 8, 9].includes(nal[0]! & 0x1f)),
  }));
  const requests: string[] = [];
  const sockets = new Set<net.Socket>();
  const sdp = [
    'v=0',
    'o=- 0 0 IN IP4 0.0.0.0',
    's=test',
    't=0 0',
    'm=video 0 RTP/AVP 96',
    'a=rtpmap:96 H264/90000',
    `a=fmtp:96 packetization-mode=1;sprop-parameter-sets=${sets.map((set) => set.toString('base64')).join(',')}`,
    'a=control:track1',
    '',
  ].join('\r\n');

  const server = net.createServer((socket) => {
    sockets.add(socket);
    let timer: NodeJS.Timeout | undefined;
    let text = '';
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearInterval(timer);
      sockets.delete(socket);
    });
    socket.on('data', (chunk) => {
      if (options.mute) return;
      text += chunk.toString('latin1');
      for (let end = text.indexOf('\r\n\r\n'); end >= 0; end = text.indexOf('\r\n\r\n')) {
        const head = text.slice(0, end);
        text = text.slice(end + 4);
        if (!/ RTSP\/1\.0\r?$/m.test(head.split('\n')[0]!)) continue;
        timer = answer(socket, head, timer);
      }
    });
  });

  function answer(socket: net.Socket, head: string, timer: NodeJS.Timeout | undefined) {
    const [method = '', address = ''] = head.split(' ');
    requests.push(`${method} ${address}`);
    const sequence = /^CSeq:\s*(\d+)/im.exec(head)?.[1] ?? '0';
    const reply = (status: string, headers: string[] = [], body = '') =>
      socket.write([`RTSP/1.0 ${status}`, `CSeq: ${sequence}`, ...headers, '', body].join('\r\n'));
    const wanted = options.account && `Basic ${Buffer.from(options.account).toString('base64')}`;
    if (method === 'OPTIONS') reply('200 OK', ['Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN']);
    else if (wanted && !head.includes(wanted))
      reply('401 Unauthorized', ['WWW-Authenticate: Basic realm="camera"']);
    else if (method === 'DESCRIBE' && options.instead) reply(options.instead);
    else if (method === 'DESCRIBE')
      reply('200 OK', ['Content-Type: application/sdp', `Content-Length: ${sdp.length}`], sdp);
    else if (method === 'SETUP')
      reply('200 OK', ['Session: 12345678', 'Transport: RTP/AVP/TCP;unicast;interleaved=0-1']);
    else if (method === 'PLAY') {
      reply('200 OK', ['Session: 12345678']);
      return play(socket);
    } else reply('200 OK', ['Session: 12345678']);
    return timer;
  }

  /** In real time, again and again; timestamps go on. */
  function play(socket: net.Socket): NodeJS.Timeout {
    const first = frames[0]!.dts;
    const lengthTicks = frames.at(-1)!.dts - first + 3600;
    const begun = performance.now();
    let sent = 0;
    let sequence = 0;
    return setInterval(() => {
      for (;;) {
        const frame = frames[sent % frames.length]!;
        const ticks = frame.dts - first + Math.floor(sent / frames.length) * lengthTicks;
        if (ticks / 90 > performance.now() - begun) return;
        sent++;
        frame.nals.forEach((nal, index) => {
          const packet = Buffer.alloc(4 + 12);
          packet.set([0x24, 0], 0);
          packet.writeUInt16BE(12 + nal.length, 2);
          packet.set([0x80, 96 | (index === frame.nals.length - 1 ? 0x80 : 0)], 4);
          packet.writeUInt16BE(sequence++ & 0xffff, 6);
          packet.writeUInt32BE(ticks >>> 0, 8);
          socket.write(Buffer.concat([packet, nal]));
        });
      }
    }, 20);
  }

  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    port: (server.address() as net.AddressInfo).port,
    requests,
    open: () => sockets.size,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
