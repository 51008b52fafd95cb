/** Windows of texts that the models of this process were given since they last had none to read, and those they are done with. */
export interface WindowProgress {
  given: number;
  done: number;
}

let given = 0;
let done = 0;

/** Counts a window that a model is given. */
export function countGiven(): void {
  if (given === done) {
    given = 0;
    done = 0;
  }
  given += 1;
}

/** Counts a window that a model has answered, or that was given up. */
export function countDone(): void {
  done += 1;
}

/** How far the models of this process are: for who looks at it from time to time. */
export function windowProgress(): WindowProgress {
  return { given, done };
}
