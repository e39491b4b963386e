/** The names that the screens use for what the API says; schema.gen.ts is made from it. */
import type { components } from './schema.gen'

type Schemas = components['schemas']

export type Channel = Interview['channel']
export type Me = Schemas['MeView']
export type Interview = Schemas['InterviewView']
export type Outcome = Schemas['OutcomeRequest']
export type OutcomeKind = Outcome['kind']
/** The right to enter a room, for two minutes. */
export type Join = Schemas['JoinView']
export type Text = Schemas['TextView']
export type StandEdit = Schemas['StandEditView']
export type StandChange = Schemas['EditStandInputBody']
export type OfferEdit = Schemas['OfferEditView']
export type OfferChange = Schemas['EditOfferInputBody']
export type DeskSlot = Schemas['SlotDeskView']
export type SlotPlan = Schemas['OpenSlotsInputBody']
export type Webconference = Schemas['WebconferenceView']
export type WebconferenceEdit = Schemas['WebconferenceEditView']
export type WebconferenceChange = Schemas['WebconferenceRequest']
export type EncoderToken = Schemas['EncoderTokenView']
