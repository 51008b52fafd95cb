/** English words that name nothing: what a question shares of them with a text says nothing. */
export const FUNCTION_WORDS: ReadonlySet<string> = new Set(
  "a an the this that these those in on at of by for from to with as and or but if when while after before during since until than then into about over under between both is are was were be been being am it its itself he him his she her hers they them their theirs we us our ours you your yours i me my mine there here what which who whom whose how why where not no so too also do does did done has have had can could will would shall should may might must please".split(
    " ",
  ),
);
