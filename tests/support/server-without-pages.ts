import { main } from '../../server/index.ts';

/** The server as it is, only without the built pages: journeys over the API need no page build. */
await main({ pages: false });
