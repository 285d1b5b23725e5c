/** What books are called until somebody names them. */
export const unnamedProgramme = 'Affiliate programme'
