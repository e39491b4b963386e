/** The names that the screens use for what the API says; schema.gen.ts is made from it. */
import type { components } from './schema.gen'

type Schemas = components['schemas']

export type Channel = Interview['channel']
export type Me = Schemas['MeView']
export type Interview = Schemas['InterviewView']
export type Visit = Schemas['VisitView']
export type Companion = Schemas['CompanionView']
export type Accompanied = Schemas['AccompaniedView']
export type Answers = Schemas['AnswersView']
export type StandAnswers = Schemas['StandAnswersView']
export type Score = Schemas['ScoreView']
export type Outcome = Schemas['OutcomeRequest']
export type OutcomeKind = Outcome['kind']
/** The right to enter a room, for two minutes. */
export type Join = Schemas['JoinView']
export type Text = Schemas['TextView']
export type StandEdit = Schemas['StandEditView']
export type StandChange = Schemas['EditStandInputBody']
export type OfferEdit = Schemas['OfferEditView']
export type OfferChange = Schemas['EditOfferInputBody']
export type OfferDesk = Schemas['OfferDeskView']
export type OfferForm = Schemas['OfferForm']
export type Wording = Schemas['WordingView']
export type Named = Schemas['CommuneRef']
export type DeskSlot = Schemas['SlotDeskView']
export type SlotPlan = Schemas['OpenSlotsInputBody']
export type Webconference = Schemas['WebconferenceView']
export type WebconferenceEdit = Schemas['WebconferenceEditView']
export type WebconferenceChange = Schemas['WebconferenceRequest']
export type EncoderToken = Schemas['EncoderTokenView']
/** A candidate's places over all stands of a fair. */
export type Board = Schemas['BoardView']
export type BoardTicket = Schemas['BoardTicketView']
/** What a candidate may answer about a place of theirs. */
export type Answer = Schemas['AnswerTicketInputBody']['answer']
/** A line as its desk sees it. */
export type LineDesk = Schemas['LineDeskView']
export type LineTicket = Schemas['LineTicketView']
export type Duty = Schemas['DutyView']
export type DutyChange = Schemas['SetDutyInputBody']
export type LineChange = Schemas['SetLineInputBody']
export type HandOff = Schemas['HandOffInputBody']
/** Closing one person's place with something offered instead. */
export type TicketClosing = Schemas['CloseTicketInputBody']
export type Instead = TicketClosing['instead']
/** A line as the websocket tells it to everybody in it. */
export type LineShow = Schemas['MessageLineView']
/** Somebody with roles in a fair, and whom one has asked, for its organisers. */
export type Member = Schemas['MemberView']
export type Invitation = Schemas['InvitationView']
export type Invite = Schemas['InvitePersonInputBody']
export type Rules = Schemas['RulesView']
export type RulesChange = Schemas['EditRulesInputBody']
export type SlotRule = Schemas['SlotRuleView']
export type SlotRuleChange = Schemas['SlotRuleRequest']
export type SlotRulePreview = Schemas['SlotRulePreviewView']
export type Draw = Schemas['DrawView']
export type MyWishes = Schemas['MyWishesView']
export type WishesChange = Schemas['SetWishesInputBody']
/** A conversation between a stand and a candidate, or the organisers. */
export type Thread = Schemas['ThreadView']
export type ThreadMessage = Schemas['WordsView']
export type Words = Schemas['WordsRequest']
export type WordsTo = Schemas['WriteToInputBody']
export type Application = Schemas['ApplicationView']
export type ApplicationChange = Schemas['EditApplicationInputBody']
/** How one is reached while the page is closed. */
export type Pocket = Schemas['PocketView']
/** A PushSubscription as browsers write it. */
export type Subscription = Schemas['AddDeviceInputBody']
/** A fair as its organisers follow it. */
export type FairLive = Schemas['FairLiveView']
export type StandLive = Schemas['StandLiveView']
export type CheckRequest = Schemas['SetCheckInputBody']
export type Standby = Schemas['StandbyView']
export type Slot = Schemas['SlotView']
