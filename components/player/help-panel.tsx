import type { RefObject } from 'react';
import { SHORTCUTS } from './keys';
import { PanelFrame } from './panel-frame';

type HelpProps = {
  live: boolean;
  channels: boolean;
  root: RefObject<HTMLElement | null>;
  onClose: () => void;
};

/** All shortcuts of the player. */
export const HelpPanel = ({ live, channels, root, onClose }: HelpProps) => (
  <PanelFrame wide title="Keyboard shortcuts" label="Keyboard shortcuts" root={root} onClose={onClose}>
    <dl className="mt-2 grid grid-cols-[auto_1fr] items-center gap-x-3 gap-y-1 @3xl/player:grid-cols-[auto_1fr_auto_1fr]">
      {SHORTCUTS.filter(({ only }) => !only || (only === 'live' ? channels : !live)).map(({ keys, what }) => (
        <div key={what} className="contents">
          <dt className="flex gap-1">
            {keys.map((key) => (
              <kbd
                key={key}
                className="grid h-6 min-w-6 place-items-center rounded-[5px] border border-white/18 bg-white/8 px-1.5 font-[560] text-label [font-family:inherit]"
              >
                {key}
              </kbd>
            ))}
          </dt>
          <dd className="text-[#C9C4D9]">{what}</dd>
        </div>
      ))}
    </dl>
  </PanelFrame>
);
