import { observes } from '../handler'

export default observes('credit_note')
