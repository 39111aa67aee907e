/** One catalogue of everything that can go wrong: code, HTTP status, and a sentence with the next step. */
type ErrorEntry = { readonly status: number; readonly message: string };

const entry = (status: number, message: string): ErrorEntry => ({ status, message });

export const ERRORS = {
  INTERNAL: entry(
    500,
    'Something went wrong inside Siaran. Try again; if it happens again, look up the request id in the log.',
  ),
  BAD_REQUEST: entry(400, 'The request could not be understood. Check its fields and send it again.'),
  VALIDATION: entry(
    400,
    'Some fields are not valid. Correct the fields listed in the details and send it again.',
  ),
  BODY_TOO_LARGE: entry(413, 'The request body is too large. Send a smaller one.'),
  NOT_FOUND: entry(404, 'Nothing is here under this address. It may have been deleted or moved.'),
  METHOD_NOT_ALLOWED: entry(
    405,
    'This address does not take this method. Look up the allowed ones in the Allow header.',
  ),
  CONFLICT: entry(409, 'This clashes with what is already there. Reload and try again.'),
  EDIT_CONFLICT: entry(
    412,
    'Somebody else changed this in the meantime. Reload to see the change, then edit again.',
  ),
  UNAUTHENTICATED: entry(401, 'You are not signed in. Sign in, or send an API token.'),
  FORBIDDEN: entry(403, 'Your account may not do this. Ask an admin for the role it needs.'),
  ORIGIN_REFUSED: entry(403, 'The request came from another site. Open the panel under its own address.'),
  HOST_REFUSED: entry(
    421,
    'This server does not answer under that host name. Set PUBLIC_URL to the name you use.',
  ),
  TOO_MANY_REQUESTS: entry(429, 'Too many attempts. Wait for the time in Retry-After, then try again.'),
  SIGN_IN_FAILED: entry(401, 'E-mail or password is not right. Check both and try again.'),
  ACCOUNT_DISABLED: entry(403, 'This account is switched off. Ask an admin to switch it on again.'),
  EMAIL_TAKEN: entry(409, 'Somebody has this e-mail address already. Choose another one.'),
  SETUP_DONE: entry(409, 'This station is already set up. Sign in instead.'),
  SETUP_CODE_INVALID: entry(
    403,
    'The setup code is wrong or too old. Take the address that npm start prints, or restart it for a new one.',
  ),
  LINK_INVALID: entry(403, 'This link is not valid any more. Open the page again, or copy a fresh address.'),
  NOT_READY: entry(409, 'This is still being prepared. Try again in a few seconds.'),
  LAST_ADMIN: entry(409, 'This is the only admin left. Make somebody else admin first.'),
  DATABASE_DOWN: entry(503, 'The database does not answer. Try again in a few seconds.'),
  DATABASE_SECRET_MISMATCH: entry(
    500,
    'The database was set up with another secret. Put back the old SIARAN_SECRET or secrets/master file.',
  ),
  STORAGE_FULL: entry(507, 'The disk is full. Free some space; the upload goes on where it stopped.'),
  SHUTTING_DOWN: entry(503, 'The server is restarting. Try again in a few seconds.'),
  FEATURE_OFF: entry(409, 'This is switched off in the settings. Switch it on first.'),

  UPLOAD_TOO_LARGE: entry(
    413,
    'The file is larger than this server takes. Raise UPLOAD_MAX_SIZE or choose a smaller file.',
  ),
  UPLOAD_QUOTA: entry(
    507,
    'You have more unfinished uploads than this server allows. Finish or cancel some; the upload goes on by itself then.',
  ),
  UPLOAD_EXPIRED: entry(410, 'This upload waited too long and was removed. Start it again.'),
  UPLOAD_NOT_FOUND: entry(404, 'This upload is not known any more. Start it again.'),
  UPLOAD_METHOD: entry(405, 'Uploads are written here, not read. Play the finished video instead.'),

  MEDIA_NOT_VIDEO: entry(
    422,
    'This file holds no video or sound that Siaran can read. Check that it plays on your computer, then upload it again.',
  ),
  MEDIA_AUDIO_ONLY: entry(
    422,
    'This file has sound but no picture. Siaran takes videos; add a picture to it and upload it again.',
  ),
  MEDIA_EMPTY: entry(422, 'The file is empty. Choose the file again and upload it once more.'),
  MEDIA_TRUNCATED: entry(422, 'The file ends too early. Upload it again from the original.'),
  MEDIA_PLAYLIST: entry(422, 'This is a playlist, not a video. Import it under Channels instead.'),
  MEDIA_CODEC_REFUSED: entry(
    422,
    'The file uses a codec that Siaran does not open, for safety. Convert it to H.264 first.',
  ),
  MEDIA_LIMITS: entry(
    422,
    'The file is beyond what this server takes (picture size, streams or length). Convert it to a smaller one.',
  ),
  MEDIA_UNREADABLE: entry(
    422,
    'The file is damaged and could not be read. Upload it again from the original.',
  ),
  TRANSCODE_FAILED: entry(
    500,
    'Converting the video failed. Look at the last lines of the log below, then retry.',
  ),
  TRANSCODE_STALLED: entry(
    500,
    'Converting the video made no progress for a minute and was stopped. Retry it.',
  ),
  TRANSCODE_QUARANTINED: entry(
    500,
    'The server ended three times while it worked on this video, so it does not try again by itself. Convert the file to H.264 first, or retry it.',
  ),
  TRANSCODE_NO_MEMORY: entry(
    500,
    'Converting the video needed more memory than allowed. Try a smaller file.',
  ),
  FFMPEG_MISSING: entry(500, 'ffmpeg was not found. Install it, or set FFMPEG_PATH.'),
  SEGMENT_NOT_READY: entry(503, 'This part of the video is being made. It is asked for again in a moment.'),
  RENDITION_UNKNOWN: entry(404, 'This video has no such quality. Choose one of those listed.'),

  ADDRESS_INVALID: entry(400, 'This is not a web address. It starts with http:// or https://.'),
  ADDRESS_BLOCKED: entry(
    403,
    'This address is inside a private network. An admin can allow it with ALLOW_SOURCES.',
  ),
  ADDRESS_UNRESOLVED: entry(502, 'The name in this address could not be found. Check its spelling.'),
  UPSTREAM_UNREACHABLE: entry(502, 'The source does not answer. Check the address, or try again later.'),
  UPSTREAM_TIMEOUT: entry(504, 'The source took too long to answer. Try again later.'),
  UPSTREAM_STATUS: entry(502, 'The source refused the request. Check the address and its account.'),
  UPSTREAM_TLS: entry(502, "The source's certificate is not valid. Check the address."),
  UPSTREAM_REDIRECTS: entry(502, 'The source redirects too often. Check the address.'),
  UPSTREAM_TOO_LARGE: entry(502, 'The source sent more than allowed. Check the address.'),
  UPSTREAM_NOT_MEDIA: entry(
    502,
    'The source answered with something that is not a stream. Check the address.',
  ),

  LIST_NOT_M3U: entry(422, 'This is not an M3U list. It begins with #EXTM3U or has #EXTINF lines.'),
  LIST_EMPTY: entry(422, 'The list has no usable entry. Nothing was changed.'),
  LIST_IS_STREAM: entry(
    422,
    'This is the playlist of one stream, not a list of channels. Add it as a source of a channel.',
  ),
  LIST_TOO_LARGE: entry(413, 'The list is too large. Split it, or import a part of it.'),

  CHANNEL_NOT_FOUND: entry(404, 'There is no such channel. It may have been deleted.'),
  OUTPUT_PATH_TAKEN: entry(409, 'Another channel has this output path. Choose another one.'),
  OUTPUT_PATH_INVALID: entry(
    400,
    'This output path cannot be used. Take 1 to 64 small letters, digits and dashes, not only digits, and not hls, master, auto or original.',
  ),
  SOURCE_KIND_UNSUPPORTED: entry(
    502,
    'This kind of source cannot be played yet. MPEG-TS, HLS, RTMP, RTSP and SRT work.',
  ),
  ALL_SOURCES_DOWN: entry(
    503,
    'No source of this channel works right now. Siaran keeps trying; come back in a moment.',
  ),
  CHANNEL_WITHOUT_SOURCE: entry(409, 'This channel has no source. Add one first.'),
  QUALITY_UNAVAILABLE: entry(
    503,
    'This quality cannot be made now: the machine has too much to do. Choose another one, or try again in a moment.',
  ),
  PROVIDER_BUSY: entry(
    503,
    'All connections of this provider account are in use. Stop one of its channels, or try again in a moment.',
  ),
  SOURCE_SWITCH_REFUSED: entry(
    409,
    'The channel cannot go to this source now. Look at its sources on the Live page, then try again.',
  ),
  STREAM_STOPPED: entry(410, 'An admin stopped this channel. Open it again to start it.'),
  STREAM_STARTING: entry(503, 'The channel is starting. Try again in a second.'),
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof ERRORS;

export const isErrorCode = (value: unknown): value is ErrorCode =>
  typeof value === 'string' && Object.hasOwn(ERRORS, value);
