import texts from 'virtual:texts'
import Webconference from '../fair/webconference/Webconference.svelte'
import { island } from '../ui/island'

// The same script serves the audience on the public page and the people on the stage.
const onstage = location.pathname.endsWith('/stage')
void island(Webconference, texts, { onstage })
