// Made from proto/ by `npm run generate`. Do not edit.
export const EventType = {
  PUT: 0,
  DELETE: 1,
} as const
