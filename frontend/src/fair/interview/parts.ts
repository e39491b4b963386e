// Where the recruiter's parts of an interview come from, each for `Later`.
const desk = () => import('./desk')

export const ending = () => desk().then((parts) => ({ default: parts.EndInterview }))
export const notCome = () => desk().then((parts) => ({ default: parts.NotCome }))
export const outcomeForm = () => desk().then((parts) => ({ default: parts.OutcomeForm }))
export const person = () => desk().then((parts) => ({ default: parts.Person }))
