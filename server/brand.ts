/** placeholder while the core is being written */
export interface Brand { readonly id: string }
