package embedded_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"
)

// specArgs are the arguments of any operation of the specification tests.
type specArgs struct {
	Filter         bson.Raw           `bson:"filter"`
	Update         bson.RawValue      `bson:"update"`
	Replacement    bson.Raw           `bson:"replacement"`
	Document       bson.Raw           `bson:"document"`
	Documents      []any              `bson:"documents"`
	Requests       []bson.RawValue    `bson:"requests"`
	Pipeline       bson.RawValue      `bson:"pipeline"`
	ArrayFilters   []any              `bson:"arrayFilters"`
	Hint           bson.RawValue      `bson:"hint"`
	Comment        bson.RawValue      `bson:"comment"`
	Let            bson.Raw           `bson:"let"`
	Sort           bson.Raw           `bson:"sort"`
	Projection     bson.Raw           `bson:"projection"`
	Collation      *options.Collation `bson:"collation"`
	Skip           *int64             `bson:"skip"`
	Limit          *int64             `bson:"limit"`
	BatchSize      *int32             `bson:"batchSize"`
	MaxTimeMS      int64              `bson:"maxTimeMS"`
	Ordered        *bool              `bson:"ordered"`
	Upsert         *bool              `bson:"upsert"`
	AllowDiskUse   *bool              `bson:"allowDiskUse"`
	ReturnDocument string             `bson:"returnDocument"`
	Keys           bson.Raw           `bson:"keys"`
	Unique         bool               `bson:"unique"`
	FieldName      string             `bson:"fieldName"`
	Options        *struct {
		Ordered *bool `bson:"ordered"`
	} `bson:"options"`
}

var errUnknownOp = errors.New("this runner does not know the operation")

// given makes an optional argument nil when it was not given.
func given(v bson.RawValue) any {
	if v.Type == 0 {
		return nil
	}
	return v
}

func givenDoc(d bson.Raw) any {
	if d == nil {
		return nil
	}
	return d
}

func runOp(ctx context.Context, cl *mongo.Collection, op specOp) (any, error) {
	a := op.Args
	switch op.Name {
	case "find", "aggregate":
		return runRead(ctx, cl, op.Name, a)
	case "count", "countDocuments":
		o := options.Count().SetCollation(a.Collation)
		o.Skip, o.Limit = a.Skip, a.Limit
		if a.Comment.Type == bson.TypeString {
			o.SetComment(a.Comment.StringValue())
		}
		return cl.CountDocuments(ctx, orEmpty(a.Filter), o)
	case "estimatedDocumentCount":
		return cl.EstimatedDocumentCount(ctx, options.EstimatedDocumentCount().SetMaxTime(time.Duration(a.MaxTimeMS)*time.Millisecond).SetComment(given(a.Comment)))
	case "distinct":
		return cl.Distinct(ctx, a.FieldName, orEmpty(a.Filter), options.Distinct().SetCollation(a.Collation).SetComment(given(a.Comment)))
	case "insertOne":
		res, err := cl.InsertOne(ctx, a.Document, options.InsertOne().SetComment(given(a.Comment)))
		if err != nil {
			return nil, err
		}
		return bson.M{"insertedId": res.InsertedID}, nil
	case "insertMany":
		return runInsertMany(ctx, cl, a)
	case "updateOne", "updateMany", "replaceOne":
		res, err := runUpdate(ctx, cl, op.Name, a)
		return updateResult(res), err
	case "deleteOne", "deleteMany":
		o := options.Delete().SetCollation(a.Collation).SetHint(given(a.Hint)).SetComment(given(a.Comment)).SetLet(givenDoc(a.Let))
		run := cl.DeleteOne
		if op.Name == "deleteMany" {
			run = cl.DeleteMany
		}
		res, err := run(ctx, a.Filter, o)
		if err != nil {
			return nil, err
		}
		return bson.M{"deletedCount": res.DeletedCount}, nil
	case "findOneAndUpdate", "findOneAndReplace", "findOneAndDelete":
		return runFindAndModify(ctx, cl, op.Name, a)
	case "bulkWrite":
		return runBulk(ctx, cl, a)
	case "createIndex":
		return cl.Indexes().CreateOne(ctx, mongo.IndexModel{Keys: a.Keys, Options: options.Index().SetUnique(a.Unique)})
	}
	return nil, fmt.Errorf("%w %s", errUnknownOp, op.Name)
}

func orEmpty(d bson.Raw) any {
	if d == nil {
		return bson.D{}
	}
	return d
}

func runRead(ctx context.Context, cl *mongo.Collection, name string, a specArgs) (any, error) {
	var cur *mongo.Cursor
	var err error
	if name == "find" {
		o := options.Find().SetCollation(a.Collation).SetHint(given(a.Hint)).SetLet(givenDoc(a.Let)).SetSort(givenDoc(a.Sort)).SetProjection(givenDoc(a.Projection))
		o.Skip, o.Limit, o.BatchSize, o.AllowDiskUse = a.Skip, a.Limit, a.BatchSize, a.AllowDiskUse
		if a.Comment.Type == bson.TypeString {
			o.SetComment(a.Comment.StringValue())
		}
		cur, err = cl.Find(ctx, orEmpty(a.Filter), o)
	} else {
		o := options.Aggregate().SetCollation(a.Collation).SetHint(given(a.Hint)).SetLet(givenDoc(a.Let))
		o.BatchSize, o.AllowDiskUse = a.BatchSize, a.AllowDiskUse
		if a.Comment.Type == bson.TypeString {
			o.SetComment(a.Comment.StringValue())
		}
		var stages []bson.Raw
		if err := a.Pipeline.Unmarshal(&stages); err != nil {
			return nil, err
		}
		cur, err = cl.Aggregate(ctx, stages, o)
	}
	if err != nil {
		return nil, err
	}
	all := []bson.Raw{}
	return all, cur.All(ctx, &all)
}

func runInsertMany(ctx context.Context, cl *mongo.Collection, a specArgs) (any, error) {
	o := options.InsertMany().SetComment(given(a.Comment))
	if a.Ordered != nil {
		o.SetOrdered(*a.Ordered)
	} else if a.Options != nil && a.Options.Ordered != nil {
		o.SetOrdered(*a.Options.Ordered)
	}
	res, err := cl.InsertMany(ctx, a.Documents, o)
	if res == nil {
		return nil, err
	}
	byIndex := bson.M{}
	for i, id := range res.InsertedIDs {
		byIndex[fmt.Sprint(i)] = id
	}
	return bson.M{
		"insertedIds": byIndex, "insertedCount": len(byIndex), "deletedCount": 0, "matchedCount": 0,
		"modifiedCount": 0, "upsertedCount": 0, "upsertedIds": bson.M{},
	}, err
}

func runUpdate(ctx context.Context, cl *mongo.Collection, name string, a specArgs) (*mongo.UpdateResult, error) {
	if name == "replaceOne" {
		o := options.Replace().SetCollation(a.Collation).SetHint(given(a.Hint)).SetComment(given(a.Comment)).SetLet(givenDoc(a.Let))
		o.Upsert = a.Upsert
		return cl.ReplaceOne(ctx, a.Filter, a.Replacement, o)
	}
	o := options.Update().SetCollation(a.Collation).SetHint(given(a.Hint)).SetComment(given(a.Comment)).SetLet(givenDoc(a.Let))
	o.Upsert = a.Upsert
	if a.ArrayFilters != nil {
		o.SetArrayFilters(options.ArrayFilters{Filters: a.ArrayFilters})
	}
	change, err := updateArg(a.Update)
	if err != nil {
		return nil, err
	}
	if name == "updateMany" {
		return cl.UpdateMany(ctx, a.Filter, change, o)
	}
	return cl.UpdateOne(ctx, a.Filter, change, o)
}

// updateArg is a document or, as an array, a pipeline.
func updateArg(v bson.RawValue) (any, error) {
	if v.Type != bson.TypeArray {
		return v.Document(), nil
	}
	var stages []bson.Raw
	err := v.Unmarshal(&stages)
	return stages, err
}

func updateResult(res *mongo.UpdateResult) any {
	if res == nil {
		return nil
	}
	out := bson.M{"matchedCount": res.MatchedCount, "modifiedCount": res.ModifiedCount, "upsertedCount": res.UpsertedCount}
	if res.UpsertedID != nil {
		out["upsertedId"] = res.UpsertedID
	}
	return out
}

func runFindAndModify(ctx context.Context, cl *mongo.Collection, name string, a specArgs) (any, error) {
	side := options.Before
	if a.ReturnDocument == "After" {
		side = options.After
	}
	var res *mongo.SingleResult
	switch name {
	case "findOneAndDelete":
		o := options.FindOneAndDelete().SetCollation(a.Collation).SetHint(given(a.Hint)).SetComment(given(a.Comment)).SetLet(givenDoc(a.Let)).SetSort(givenDoc(a.Sort)).SetProjection(givenDoc(a.Projection))
		res = cl.FindOneAndDelete(ctx, a.Filter, o)
	case "findOneAndReplace":
		o := options.FindOneAndReplace().SetCollation(a.Collation).SetHint(given(a.Hint)).SetComment(given(a.Comment)).SetLet(givenDoc(a.Let)).SetSort(givenDoc(a.Sort)).SetProjection(givenDoc(a.Projection)).SetReturnDocument(side)
		o.Upsert = a.Upsert
		res = cl.FindOneAndReplace(ctx, a.Filter, a.Replacement, o)
	default:
		o := options.FindOneAndUpdate().SetCollation(a.Collation).SetHint(given(a.Hint)).SetComment(given(a.Comment)).SetLet(givenDoc(a.Let)).SetSort(givenDoc(a.Sort)).SetProjection(givenDoc(a.Projection)).SetReturnDocument(side)
		o.Upsert = a.Upsert
		if a.ArrayFilters != nil {
			o.SetArrayFilters(options.ArrayFilters{Filters: a.ArrayFilters})
		}
		change, err := updateArg(a.Update)
		if err != nil {
			return nil, err
		}
		res = cl.FindOneAndUpdate(ctx, a.Filter, change, o)
	}
	raw, err := res.Raw()
	if errors.Is(err, mongo.ErrNoDocuments) {
		return nil, nil
	}
	return raw, err
}

func runBulk(ctx context.Context, cl *mongo.Collection, a specArgs) (any, error) {
	o := options.BulkWrite().SetComment(given(a.Comment))
	if a.Let != nil {
		o.SetLet(a.Let)
	}
	if a.Ordered != nil {
		o.SetOrdered(*a.Ordered)
	} else if a.Options != nil && a.Options.Ordered != nil {
		o.SetOrdered(*a.Options.Ordered)
	}
	var models []mongo.WriteModel
	for _, v := range a.Requests {
		m, err := writeModel(v.Document())
		if err != nil {
			return nil, err
		}
		models = append(models, m)
	}
	res, err := cl.BulkWrite(ctx, models, o)
	if res == nil {
		return nil, err
	}
	ids := bson.M{}
	for i, id := range res.UpsertedIDs {
		ids[fmt.Sprint(i)] = id
	}
	return bson.M{
		"insertedCount": res.InsertedCount, "deletedCount": res.DeletedCount, "matchedCount": res.MatchedCount,
		"modifiedCount": res.ModifiedCount, "upsertedCount": res.UpsertedCount, "upsertedIds": ids,
	}, err
}

// writeModel reads a request: {name: arguments}, or in v1 {name, arguments}.
func writeModel(d bson.Raw) (mongo.WriteModel, error) {
	elems, err := d.Elements()
	if err != nil {
		return nil, err
	}
	name, args := elems[0].Key(), elems[0].Value()
	if name == "name" {
		name, args = d.Lookup("name").StringValue(), d.Lookup("arguments")
	}
	var a specArgs
	if err := args.Unmarshal(&a); err != nil {
		return nil, err
	}
	change, err := updateArg(orNull(a.Update))
	if err != nil {
		return nil, err
	}
	switch name {
	case "insertOne":
		return mongo.NewInsertOneModel().SetDocument(a.Document), nil
	case "deleteOne":
		return mongo.NewDeleteOneModel().SetFilter(a.Filter).SetCollation(a.Collation).SetHint(given(a.Hint)), nil
	case "deleteMany":
		return mongo.NewDeleteManyModel().SetFilter(a.Filter).SetCollation(a.Collation).SetHint(given(a.Hint)), nil
	case "replaceOne":
		m := mongo.NewReplaceOneModel().SetFilter(a.Filter).SetReplacement(a.Replacement).SetCollation(a.Collation).SetHint(given(a.Hint))
		m.Upsert = a.Upsert
		return m, nil
	case "updateOne":
		m := mongo.NewUpdateOneModel().SetFilter(a.Filter).SetUpdate(change).SetCollation(a.Collation).SetHint(given(a.Hint))
		m.Upsert = a.Upsert
		if a.ArrayFilters != nil {
			m.SetArrayFilters(options.ArrayFilters{Filters: a.ArrayFilters})
		}
		return m, nil
	case "updateMany":
		m := mongo.NewUpdateManyModel().SetFilter(a.Filter).SetUpdate(change).SetCollation(a.Collation).SetHint(given(a.Hint))
		m.Upsert = a.Upsert
		if a.ArrayFilters != nil {
			m.SetArrayFilters(options.ArrayFilters{Filters: a.ArrayFilters})
		}
		return m, nil
	}
	return nil, fmt.Errorf("%w %s in a bulk", errUnknownOp, name)
}

// orNull stands in for the update of a request that has none.
func orNull(v bson.RawValue) bson.RawValue {
	if v.Type == 0 {
		return bson.RawValue{Type: bson.TypeEmbeddedDocument, Value: []byte{5, 0, 0, 0, 0}}
	}
	return v
}
