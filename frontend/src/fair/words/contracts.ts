/** The contracts one may wish for; the API knows the same. */
export const contracts = ['CDI', 'CDD', 'alternance', 'interim', 'saisonnier', 'stage'] as const
