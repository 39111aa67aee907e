/** Marks the buttons that open the menu: a press on one is no press beside the menu. */
export const OPENER = { 'data-menu-opener': '' };
export const OPENERS = '[data-menu-opener]';
