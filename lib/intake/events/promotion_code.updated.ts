import { observes } from '../handler'

export default observes('promotion_code')
