import { observes } from '../handler'

export default observes('early_fraud_warning')
