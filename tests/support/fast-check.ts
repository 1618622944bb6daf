import fc from 'fast-check';

// Every run of the suite tries the same values: a red run can be repeated. Other values: FAST_CHECK_SEED=<a whole number>.
fc.configureGlobal({ seed: Number(process.env.FAST_CHECK_SEED ?? 20_261_201) });

export default fc;
