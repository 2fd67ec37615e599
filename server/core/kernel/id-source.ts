/** Makes new ids: unique, URL-safe, sortable by time of creation. `prefix` tells the kind, as in `call_…`. */
export interface IdSource {
  next<T extends string>(prefix: string): T;
}
