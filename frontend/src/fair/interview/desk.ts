// What only a recruiter sees of an interview, as one script: a candidate never loads it.
export { default as EndInterview } from './EndInterview.svelte'
export { default as NotCome } from './NotCome.svelte'
export { default as OutcomeForm } from './OutcomeForm.svelte'
export { default as Person } from './Person.svelte'
