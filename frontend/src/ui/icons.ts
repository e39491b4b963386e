/**
 * The icons of the house, by their names in lucide. Each is shown beside a word or in a
 * labelled button. Those of the public pages have a sprite of their own, because every
 * byte counts there; scripts draw from a sprite that holds all.
 */
export const publicIcons = [
	'accessibility',
	'arrow-right',
	'calendar-check',
	'calendar-clock',
	'chevron-down',
	'chevron-left',
	'chevron-right',
	'circle-alert',
	'circle-check',
	'circle-user-round',
	'clipboard-list',
	'clock',
	'external-link',
	'factory',
	'file-text',
	'handshake',
	'languages',
	'log-in',
	'log-out',
	'mail',
	'mic',
	'paperclip',
	'phone',
	'radio',
	'search',
	'sliders-horizontal',
	'user-round-search',
	'users',
	'video',
	'wallet',
] as const

/** The icons that only scripts draw. */
export const scriptIcons = [
	'arrow-down',
	'arrow-right-left',
	'audio-lines',
	'calendar-plus',
	'eye',
	'info',
	'key-round',
	'loader',
	'maximize',
	'megaphone',
	'message-square-text',
	'mic-off',
	'pause',
	'pencil',
	'phone-off',
	'play',
	'plus',
	'rotate-cw',
	'screen-share',
	'screen-share-off',
	'send',
	'settings',
	'store',
	'undo-2',
	'user-x',
	'video-off',
	'volume-2',
	'wifi',
	'wifi-off',
	'x',
] as const

/** A name that the sprite of scripts holds. */
export type IconName = (typeof publicIcons)[number] | (typeof scriptIcons)[number]
