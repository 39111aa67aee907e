import { type RefObject, useCallback, useEffect, useState } from 'react';

/** Where the picture is shown, and the buttons for it. */
export type Screens = {
  fullscreen: boolean;
  pip: boolean;
  mayFullscreen: boolean;
  mayPip: boolean;
  toggleFullscreen: () => void;
  togglePip: () => void;
};

/** iPhones know full screen only for the video element itself. */
type AppleVideo = HTMLVideoElement & { webkitEnterFullscreen?: () => void };

const videoIn = (root: HTMLElement | null): AppleVideo | null => root?.querySelector('video') ?? null;

const refused = (): void => undefined;

export const useScreens = (root: RefObject<HTMLElement | null>): Screens => {
  const [fullscreen, setFullscreen] = useState(false);
  const [pip, setPip] = useState(false);
  useEffect(() => {
    const read = (): void => {
      setFullscreen(document.fullscreenElement !== null && document.fullscreenElement === root.current);
      setPip(
        document.pictureInPictureElement !== null &&
          document.pictureInPictureElement === videoIn(root.current),
      );
    };
    const element = root.current;
    document.addEventListener('fullscreenchange', read);
    element?.addEventListener('enterpictureinpicture', read, true);
    element?.addEventListener('leavepictureinpicture', read, true);
    return () => {
      document.removeEventListener('fullscreenchange', read);
      element?.removeEventListener('enterpictureinpicture', read, true);
      element?.removeEventListener('leavepictureinpicture', read, true);
    };
  }, [root]);

  const toggleFullscreen = useCallback(() => {
    const video = videoIn(root.current);
    if (document.fullscreenElement) document.exitFullscreen().catch(refused);
    else if (root.current?.requestFullscreen) root.current.requestFullscreen().catch(refused);
    else video?.webkitEnterFullscreen?.();
  }, [root]);
  const togglePip = useCallback(() => {
    if (document.pictureInPictureElement) document.exitPictureInPicture().catch(refused);
    else videoIn(root.current)?.requestPictureInPicture?.().catch(refused);
  }, [root]);

  const video = videoIn(root.current);
  return {
    fullscreen,
    pip,
    mayFullscreen: document.fullscreenEnabled || video?.webkitEnterFullscreen !== undefined,
    mayPip: document.pictureInPictureEnabled === true,
    toggleFullscreen,
    togglePip,
  };
};
