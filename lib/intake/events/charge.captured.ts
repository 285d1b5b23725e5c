import { observes } from '../handler'

export default observes('charge')
