import { useEffect, useRef } from 'react';
import { useStore } from '../shell/use-store';
import { cn } from '../ui/cn';
import type { Subtitles } from './subtitles';

/** WebVTT places a cue near the top by a line number from there, or by a share of the height. */
const isAtTop = ({ line, snapToLines }: VTTCue): boolean =>
  typeof line === 'number' && line >= 0 && line < (snapToLines ? 8 : 50);

/** The browser's own reading of the cue's text: italics, bold, line breaks; never anything of a page. */
const Cue = ({ cue }: { cue: VTTCue }) => {
  const line = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    line.current?.replaceChildren(cue.getCueAsHTML());
  }, [cue]);
  return (
    <span
      ref={line}
      className="box-decoration-clone whitespace-pre-line rounded-[5px] bg-[rgb(5_3_12/.76)] px-[0.45em] py-[0.08em]"
    />
  );
};

const Lines = ({ cues, top, raised }: { cues: readonly VTTCue[]; top: boolean; raised: boolean }) => (
  <div
    className={cn(
      'absolute inset-x-[6%] grid justify-items-center gap-1 text-balance transition-[bottom,top] duration-(--duration-base)',
      top ? 'top-4' : raised ? 'bottom-[76px] pointer-coarse:bottom-[86px]' : 'bottom-[5%]',
    )}
  >
    {cues.map((cue) => (
      <p key={`${cue.startTime} ${cue.text}`}>
        <Cue cue={cue} />
      </p>
    ))}
  </div>
);

type CaptionsProps = {
  subtitles: Subtitles;
  /** The controls are shown: the text makes room for them. */
  raised: boolean;
};

/** The subtitles over the picture. */
export const Captions = ({ subtitles, raised }: CaptionsProps) => {
  const cues = useStore(subtitles.cues);
  if (cues.length === 0) return null;
  const top = cues.filter(isAtTop);
  return (
    <div
      data-captions
      className="pointer-events-none absolute inset-0 text-center font-[560] text-[clamp(15px,2.5cqw,34px)] text-white leading-[1.5] group-data-[docked=true]/player:text-label"
    >
      {top.length > 0 ? <Lines cues={top} top raised={raised} /> : null}
      <Lines cues={cues.filter((cue) => !isAtTop(cue))} top={false} raised={raised} />
    </div>
  );
};
