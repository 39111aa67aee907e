/** The numbers of all advisory locks that Siaran takes in its database, in one table so that no two are alike. */
export const LOCKS = {
  /** Two processes that start at once bring the schema up to date one after the other. */
  migration: 7_341_001,
  /** Whoever holds it may run jobs. */
  jobs: 7_341_002,
  /** The first of two numbers; the second one is a process's own, as long as it lives. */
  owner: 7_341_003,
  /** Imports are merged one after another. */
  imports: 7_341_004,
  /** The demo channel is made once. */
  demo: 7_341_005,
  /** Pieces of videos are taken one after another, so that what somebody has running is counted right. */
  pieces: 7_341_006,
  /** Whoever makes the first admin or takes rights from an admin holds it until his transaction ends. */
  accounts: 7_341_010,
  /** Promises of room on the disk are made one after another, whoever makes them. */
  room: 7_014_231,
} as const;
