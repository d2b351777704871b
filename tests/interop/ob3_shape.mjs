// SPDX-License-Identifier: Apache-2.0
// The plain form of Open Badges 3.0 as a table: which members a class must and may have, and of what kind. Written
// from the specification's data model; faults(badge) names every place that differs.
const uri = /^[a-z][a-z0-9+.-]*:[^\s<>"{}|\\^`]+$/i;
const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;
const oneOf = (words) => { const set = new Set(words.split(' ')); return (v) => set.has(v) || (typeof v === 'string' && /ext:[A-Za-z0-9.|_]/.test(v)); };
const text = (v) => typeof v === 'string' && v !== '';
const address = (v) => typeof v === 'string' && uri.test(v);
const when = (v) => typeof v === 'string' && time.test(v) && !Number.isNaN(Date.parse(v));
const number = (v) => typeof v === 'number' && Number.isFinite(v);
const flag = (v) => typeof v === 'boolean';
const is = (word) => (v) => v === word; // a single text, where others want an array
const types = (...words) => (v) => Array.isArray(v) && v.every(text) && words.some((w) => v.includes(w));
const many = (kind) => ({ many: kind });

const identifierType = oneOf('name sourcedId systemId productId userName accountId emailAddress nationalIdentityNumber isbn issn lisSourcedId oneRosterSourcedId sisSourcedId ltiContextId ltiDeploymentId ltiToolId ltiPlatformId ltiUserId identifier');
const achievementType = oneOf('Achievement ApprenticeshipCertificate Assessment Assignment AssociateDegree Award Badge BachelorDegree Certificate CertificateOfCompletion Certification CommunityService Competency Course CoCurricular Degree Diploma DoctoralDegree Fieldwork GeneralEducationDevelopment JourneymanCertificate LearningProgram License Membership ProfessionalDoctorate QualityAssuranceCredential MasterCertificate MasterDegree MicroCredential ResearchDoctorate SecondarySchoolDiploma');
const resultType = oneOf('GradePointAverage LetterGrade Percent PerformanceLevel PredictedScore RawScore Result RubricCriterion RubricCriterionLevel RubricScore ScaledScore Status');
const resultStatus = oneOf('Completed Enrolled Failed InProgress OnHold Provisional Withdrew');
const targetType = oneOf('ceasn:Competency ceterms:Credential CFItem CFRubric CFRubricCriterion CFRubricCriterionLevel CTDL');
const language = (v) => typeof v === 'string' && /^[a-z]{2,4}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$/.test(v);
const credential = (...words) => (v) => types('VerifiableCredential')(v) && types(...words)(v);
const contexts = (v) => Array.isArray(v) && v.every(text) && v[0] === 'https://www.w3.org/ns/credentials/v2' && /^https:\/\/purl\.imsglobal\.org\/spec\/ob\/v3p0\/context(-3\.\d\.\d)*\.json$/.test(v[1]);

// must, may: member -> kind; nothing else is allowed. A kind is a test, a class's name, or many of one.
const classes = {
  Credential: {
    must: { '@context': contexts, id: address, type: credential('OpenBadgeCredential', 'AchievementCredential'), issuer: 'Profile', validFrom: when, credentialSubject: 'Subject' },
    may: { name: text, description: text, image: 'Image', awardedDate: when, validUntil: when, endorsement: many('Endorsement'), endorsementJwt: many(text), evidence: many('Evidence'), proof: many('Proof'), credentialSchema: many('Typed'), credentialStatus: 'Status', refreshService: 'Typed', termsOfUse: many('Terms') },
  },
  Subject: {
    must: { type: types('AchievementSubject'), achievement: 'Achievement' },
    may: { id: address, activityStartDate: when, activityEndDate: when, creditsEarned: number, identifier: many('Identity'), image: 'Image', licenseNumber: text, narrative: text, result: many('Result'), role: text, source: 'Profile', term: text },
  },
  Achievement: {
    must: { id: address, type: types('Achievement'), criteria: 'Criteria', description: text, name: text },
    may: { achievementType, alignment: many('Alignment'), creator: 'Profile', creditsAvailable: number, endorsement: many('Endorsement'), endorsementJwt: many(text), fieldOfStudy: text, humanCode: text, image: 'Image', inLanguage: language, otherIdentifier: many('Identifier'), related: many('Related'), resultDescription: many('ResultDescription'), specialization: text, tag: many(text), version: text },
  },
  Criteria: { may: { id: address, narrative: text } },
  Profile: {
    must: { id: address, type: types('Profile') },
    may: { name: text, url: address, phone: text, description: text, endorsement: many('Endorsement'), endorsementJwt: many(text), image: 'Image', email: text, address: 'Address', otherIdentifier: many('Identifier'), official: text, parentOrg: 'Profile' },
  },
  Address: { must: { type: types('Address') }, may: { addressCountry: text, addressCountryCode: text, addressRegion: text, addressLocality: text, streetAddress: text, postOfficeBoxNumber: text, postalCode: text, geo: 'Geo' } },
  Geo: { must: { type: is('GeoCoordinates'), latitude: number, longitude: number } },
  Identity: { must: { type: is('IdentityObject'), hashed: flag, identityHash: text, identityType: identifierType }, may: { salt: text } },
  Image: { must: { id: address, type: is('Image') }, may: { caption: text } },
  Identifier: { must: { type: is('IdentifierEntry'), identifier: text, identifierType } },
  Alignment: { must: { type: types('Alignment'), targetName: text, targetUrl: address }, may: { targetCode: text, targetDescription: text, targetFramework: text, targetType } },
  Result: { must: { type: types('Result') }, may: { achievedLevel: address, alignment: many('Alignment'), resultDescription: address, status: resultStatus, value: text } },
  ResultDescription: { must: { id: address, type: types('ResultDescription'), name: text, resultType }, may: { alignment: many('Alignment'), allowedValue: many(text), requiredLevel: address, requiredValue: text, rubricCriterionLevel: many('Level'), valueMax: text, valueMin: text } },
  Level: { must: { id: address, type: types('RubricCriterionLevel'), name: text }, may: { alignment: many('Alignment'), description: text, level: text, points: text } },
  Evidence: { must: { type: types('Evidence') }, may: { id: address, narrative: text, name: text, description: text, genre: text, audience: text } },
  Related: { must: { id: address, type: types('Related') }, may: { inLanguage: language, version: text } },
  Endorsement: { must: { '@context': contexts, id: address, type: credential('EndorsementCredential'), name: text, issuer: 'Profile', validFrom: when, credentialSubject: 'Endorsed' }, may: { proof: many('Proof'), awardedDate: when, validUntil: when, credentialSchema: many('Typed'), credentialStatus: 'Status' } },
  Endorsed: { must: { id: address, type: types('EndorsementSubject') }, may: { endorsementComment: text } },
  Proof: { must: { type: text }, may: { created: when, cryptosuite: text, proofPurpose: text, proofValue: text, verificationMethod: address } },
  Status: { must: { id: address, type: text }, may: { statusPurpose: text, statusListIndex: (v) => typeof v === 'string' && /^\d+$/.test(v), statusListCredential: address } },
  Typed: { must: { id: address, type: text } },
  Terms: { must: { type: text }, may: { id: address } },
};

function look(value, kind, at, out) {
  if (typeof kind === 'function') {
    if (!kind(value)) out.push(`${at}: ${JSON.stringify(value)?.slice(0, 60)}`);
  } else if (kind.many !== undefined) {
    if (!Array.isArray(value) || value.length === 0) out.push(`${at}: not an array with something in it`);
    else value.forEach((v, i) => look(v, kind.many, `${at}[${i}]`, out));
  } else if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    out.push(`${at}: not an object`);
  } else {
    const { must = {}, may = {} } = classes[kind];
    for (const name of Object.keys(must)) if (!(name in value)) out.push(`${at}.${name}: missing`);
    for (const [name, v] of Object.entries(value)) {
      const known = must[name] ?? may[name];
      if (known !== undefined) look(v, known, `${at}.${name}`, out);
      else out.push(`${at}.${name}: no such member`);
    }
  }
}

// Rules that stand in the text of the specification only.
function rules(badge, out) {
  const s = badge.credentialSubject, a = s?.achievement;
  if (s && s.id === undefined && s.identifier === undefined) out.push('credentialSubject: neither id nor identifier');
  if (a?.criteria && a.criteria.id === undefined && a.criteria.narrative === undefined) out.push('criteria: empty');
  for (const r of s?.result ?? []) {
    const d = a.resultDescription?.find((x) => x.id === r.resultDescription);
    if (r.resultDescription !== undefined && !d) out.push('result: its description is not in the achievement');
    if (d?.resultType === 'Status' && r.status === undefined) out.push('result: a status is missing');
    if (r.achievedLevel !== undefined && !d?.rubricCriterionLevel?.some((l) => l.id === r.achievedLevel)) out.push('result: its level is not in its description');
  }
}

export function faults(badge) {
  const out = [];
  look(badge, 'Credential', '$', out);
  if (out.length === 0) rules(badge, out);
  return out;
}
