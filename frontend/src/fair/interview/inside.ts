// The room and what it is made of, as one script: it is fetched while one is in the lobby.

export { keeping } from '../room/keeping'
export { LiveRoom } from '../room/live'
export { default as RoomView } from './Room.svelte'
