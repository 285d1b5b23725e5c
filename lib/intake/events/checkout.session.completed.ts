import { observes } from '../handler'

export default observes('checkout_session')
